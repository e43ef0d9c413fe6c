import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { askSource } from '../../testing/function-client.ts';
import { node, runs, TestFunctions, until } from '../../testing/functions.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const functions = await TestFunctions.on(server);
const { lambda } = functions;

/** A module whose handler has a variable `id` of its execution environment. */
const remembering = (body: string): Record<string, string> => ({
  'index.mjs': `const id = crypto.randomUUID();\nexport const handler = ${body};`,
});

describe('execution environments', () => {
  it('are used again for the next event, and not for two at one time', async () => {
    await functions.create(
      'warm',
      remembering('async () => { await new Promise((r) => setTimeout(r, 300)); return id; }'),
    );
    const first = (await functions.invoke('warm')).value;
    assert.equal((await functions.invoke('warm')).value, first);
    const both = await Promise.all([functions.invoke('warm'), functions.invoke('warm')]);
    assert.equal(new Set(both.map(({ value }) => value)).size, 2);
  });

  it('are had by functions with names of one character', async () => {
    await functions.create('f', node('async () => 1'));
    assert.equal((await functions.invoke('f')).value, 1);
  });

  it('are made anew where the configuration has changed', async () => {
    const FunctionName = 'changing';
    await functions.create(FunctionName, remembering('async () => id'));
    const { value } = await functions.invoke(FunctionName);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 7 }));
    await until(async () => {
      const { LastUpdateStatus } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return LastUpdateStatus === 'Successful';
    });
    assert.notEqual((await functions.invoke(FunctionName)).value, value);
  });

  it('are frozen between events', async () => {
    await functions.create('clock', {
      'index.mjs': 'let ticks = 0; setInterval(() => ticks++, 10); export const handler = async () => ticks;',
    });
    const before = (await functions.invoke('clock')).value;
    await sleep(1500);
    const { value } = await functions.invoke('clock');
    assert.ok(value - before < 50, `${value - before} ticks while nothing was to do`);
  });

  it('are reaped after five minutes without an event', async () => {
    const name = `reaped-${process.pid}`;
    await functions.create(name, node('async () => 1'));
    await functions.invoke(name);
    assert.ok(runs(name));
    await server.advance('4m');
    await sleep(1200);
    assert.ok(runs(name));
    await server.advance('61s');
    await until(() => !runs(name));
  });

  it('have credentials that are the function’s alone, and that are renewed before they expire', async () => {
    const code = `${askSource}
      export const handler = async () => [process.env.AWS_ACCESS_KEY_ID, await ask('kms', 'TrentService.ListKeys', {})];`;
    await functions.create('renewed', { 'index.mjs': code });
    await functions.create('other', { 'index.mjs': code });
    await functions.allow('kms:ListKeys');
    const ask = async (name: string): Promise<string> => {
      const { value } = await functions.invoke(name);
      const [key, [status, answer]] = value;
      assert.equal(status, 200, JSON.stringify(answer));
      return key;
    };
    const first = await ask('renewed');
    assert.equal(await ask('renewed'), first);
    assert.notEqual(await ask('other'), first);
    // Kept busy, so that nobody reaps it.
    for (let minutes = 0; minutes < 44; minutes += 4) {
      await server.advance('4m');
      await ask('renewed');
    }
    assert.notEqual(await ask('renewed'), first);
  });
});

describe('concurrency', () => {
  const rejected =
    (Reason: string) =>
    (error: Error & { Reason?: string; $metadata?: { httpStatusCode?: number } }): void => {
      assert.equal(error.name, 'TooManyRequestsException', error.message);
      assert.equal(error.message, 'Rate Exceeded.');
      assert.equal(error.Reason, Reason);
      assert.equal(error.$metadata?.httpStatusCode, 429);
    };

  it('that is reserved is the most that a function has', async () => {
    const FunctionName = 'single';
    await functions.create(FunctionName, node('async () => new Promise((resolve) => setTimeout(resolve, 2500, 1))'), {
      Timeout: 10,
    });
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));
    const all = await Promise.allSettled([functions.invoke(FunctionName), functions.invoke(FunctionName)]);
    const refused = all.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    rejected('ReservedFunctionConcurrentInvocationLimitExceeded')(refused.reason);
    assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal((await functions.invoke(FunctionName)).value, 1);
  });
});
