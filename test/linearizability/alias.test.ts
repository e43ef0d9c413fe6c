import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceWorker } from '../crash/crew.ts';
import { noPostgres, PostgresServer } from '../postgres-server.ts';
import { type Answer, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { type AliasAnswer, type AliasCall, type AliasRecord, alias } from './alias.ts';
import { checkLinearizable } from './checker.ts';

/** Longer, by an environment variable: docs/faults.md */
const lastsMs = Number(process.env.BULWARK_LINEARIZABILITY_MS ?? 3000);
const clients = 9;
const names = ['alias/one', 'alias/two', 'alias/three'] as const;
const restMs = 200;
/** As a client that gives up waiting. */
const patienceMs = 10_000;
/** Of one alias; then it is only read: every answer that is lost makes more orders possible. */
const maxLost = 12;
const never = Number.POSITIVE_INFINITY;

/** What clients record of some aliases, by alias, while `disturb` goes on. Ends when all of them have, whatever failed. */
const record = async (
  servers: readonly SpawnedServer[],
  disturb: (goesOn: () => boolean) => Promise<void>,
): Promise<ReadonlyMap<string, readonly AliasRecord[]>> => {
  const targets = await Promise.all([1, 2, 3, 4].map(() => newKey(servers[0]!)));
  const histories = new Map<string, AliasRecord[]>(names.map((name) => [name, []]));
  const lost = new Map<string, number>(names.map((name) => [name, 0]));
  const until = performance.now() + lastsMs;
  const failures: unknown[] = [];
  const goesOn = (): boolean => performance.now() < until && failures.length === 0;
  const client = async (): Promise<void> => {
    while (goesOn()) {
      const name = oneOf(names);
      const server = oneOf(servers);
      const call = lost.get(name)! < maxLost ? randomCall(targets) : describeKey;
      const from = performance.now();
      const answer = await answerOf(call, send(server, name, call));
      if (answer !== 'did nothing') {
        histories.get(name)!.push({ call, answer, from, to: answer ? performance.now() : never });
      }
      if (!answer) lost.set(name, lost.get(name)! + 1);
      // A server that is gone refuses at once.
      if (!answer || answer === 'did nothing') await sleep(restMs);
    }
  };
  const failed = (error: unknown): void => void failures.push(error);
  await Promise.all([disturb(goesOn), ...Array.from({ length: clients }, client)].map((each) => each.catch(failed)));
  if (failures.length > 0) throw failures[0];
  return histories;
};

const describeKey: AliasCall = { operation: 'DescribeKey' };

const newKey = async (server: SpawnedServer): Promise<string> =>
  JSON.parse((await server.kms('CreateKey', {})).text).KeyMetadata.KeyId;

const randomCall = (targets: readonly string[]): AliasCall => {
  const operation = oneOf(['CreateAlias', 'UpdateAlias', 'UpdateAlias', 'DeleteAlias', 'DescribeKey', 'DescribeKey']);
  if (operation === 'CreateAlias' || operation === 'UpdateAlias') return { operation, target: oneOf(targets) };
  return { operation: operation as 'DeleteAlias' | 'DescribeKey' };
};

const send = (server: SpawnedServer, name: string, call: AliasCall): Promise<Answer> => {
  const target = 'target' in call ? { TargetKeyId: call.target } : {};
  const input = call.operation === 'DescribeKey' ? { KeyId: name } : { AliasName: name, ...target };
  return server.kms(call.operation, input, rootCredentials, patienceMs);
};

/** @returns undefined where the answer was lost, or says that the call may have happened, and that would matter */
const answerOf = async (call: AliasCall, sent: Promise<Answer>): Promise<AliasAnswer | undefined | 'did nothing'> => {
  let answer: Answer;
  try {
    answer = await sent;
  } catch (error) {
    // fetch: the connection is gone, or there never was one; or no answer came.
    if (!(error instanceof TypeError) && (error as Error).name !== 'TimeoutError') throw error;
    const neverSent = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
    return neverSent ? 'did nothing' : lostAnswer(call);
  }
  const { status, text } = answer;
  if (status === 200) {
    if (call.operation !== 'DescribeKey') return { found: call.operation !== 'CreateAlias' };
    return { found: true, target: JSON.parse(text).KeyMetadata.KeyId };
  }
  if (/AlreadyExistsException/.test(text)) return { found: true };
  if (/NotFoundException/.test(text)) return { found: false };
  // Lost too many races.
  if (/Throttling/.test(text)) return 'did nothing';
  assert.equal(status, 503, text);
  return lostAnswer(call);
};

const lostAnswer = ({ operation }: AliasCall): undefined | 'did nothing' =>
  operation === 'DescribeKey' ? 'did nothing' : undefined;

const requireLinearizable = (t: TestContext, histories: ReadonlyMap<string, readonly AliasRecord[]>): void => {
  for (const [name, history] of histories) {
    const { linearizable, longest, stuck, configurations } = checkLinearizable(history, alias);
    const lost = history.filter(({ answer }) => !answer).length;
    t.diagnostic(`${name}: ${history.length} calls, ${lost} answers lost, ${configurations} configurations`);
    assert.ok(linearizable, `${name}, after ${longest.length} calls: ${JSON.stringify(stuck)}`);
    requireSensitive(history);
  }
};

/** With one answer that cannot be, its beginning is not linearizable: the check would have noticed. */
const requireSensitive = (history: readonly AliasRecord[]): void => {
  const beginning = history.filter(({ answer }) => answer).slice(0, 20);
  const at = Math.max(...beginning.map(({ to }) => to));
  const wrong = { call: describeKey, answer: { found: true, target: 'a key that no call named' }, from: at, to: at };
  assert.ok(!checkLinearizable([...beginning, wrong], alias).linearizable);
};

const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)]!;

describe('an alias that clients of several processes change at one time', () => {
  it('is linearizable on one directory with three workers, of which some are killed', {
    skip: process.platform !== 'linux',
  }, async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'bulwark-alias-'));
    const server = await SpawnedServer.start({ data: join(root, 'data'), flags: ['--workers', '3'] });
    t.after(async () => {
      await server.stop('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    });
    const histories = await record([server], async (goesOn) => {
      for (await sleep(500); goesOn(); await sleep(500)) {
        await replaceWorker(server, 3);
      }
    });
    requireLinearizable(t, histories);
  });

  it('is linearizable on three hosts with one PostgreSQL, of which some are killed, and the database too', {
    skip: noPostgres,
  }, async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'bulwark-alias-'));
    const database = await PostgresServer.start();
    const data = await database.newDatabase();
    const servers: SpawnedServer[] = [];
    t.after(async () => {
      await Promise.all(servers.map((server) => server.stop('SIGKILL')));
      await database.remove();
      rmSync(root, { recursive: true, force: true });
    });
    for (const host of [0, 1, 2]) {
      const keys = join(root, `host-${host}`);
      if (host > 0) cpSync(join(root, 'host-0'), keys, { recursive: true });
      servers[host] = await SpawnedServer.start({ data, flags: ['--key-directory', keys] });
    }
    const histories = await record(servers, async (goesOn) => {
      await sleep(700);
      for (let round = 0; goesOn(); round++) {
        if (round % 2 === 0) {
          const host = Math.floor(Math.random() * servers.length);
          await servers[host]!.stop('SIGKILL');
          servers[host] = await SpawnedServer.start({ data, flags: ['--key-directory', join(root, `host-${host}`)] });
        } else {
          await database.stop('SIGKILL');
          await database.start();
        }
        await sleep(700);
      }
    });
    requireLinearizable(t, histories);
  });
});
