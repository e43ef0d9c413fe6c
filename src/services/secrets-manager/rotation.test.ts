import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { randomUuid } from '../../crypto/random.ts';
import { Scheduler } from '../../events/scheduler.ts';
import { parseRecord } from '../../journal/record.ts';
import type { Caller } from '../../kernel/caller.ts';
import { OffsetClock, parseDuration } from '../../kernel/clock.ts';
import type { FunctionResult, Functions } from '../../kernel/functions.ts';
import { Pipeline } from '../../kernel/pipeline.ts';
import { servicesOn } from '../../service-set.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/store.ts';
import type { Rotator } from './rotator.ts';

const account = '111122223333';
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:rotate`;
const foreignArn = 'arn:aws:lambda:us-east-1:444455556666:function:rotate';
const root: Caller = { kind: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account };
const tokenOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

interface Step {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** A function that rotates as the contract says, by calls of its own. */
type Body = (step: Step, server: RotatingServer) => Promise<FunctionResult> | FunctionResult;

const ok: FunctionResult = { payload: 'null' };

const wellBehaved: Body = async ({ Step, SecretId, ClientRequestToken }, server) => {
  if (Step === 'createSecret') {
    const VersionStages = ['AWSPENDING'];
    const input = { SecretId, ClientRequestToken, SecretString: `made ${ClientRequestToken}`, VersionStages };
    await server.ask('PutSecretValue', input);
  }
  if (Step === 'finishSecret') {
    const { VersionId } = await server.ask('GetSecretValue', { SecretId });
    const moved = { MoveToVersionId: ClientRequestToken, RemoveFromVersionId: VersionId };
    if (VersionId !== ClientRequestToken)
      await server.ask('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', ...moved });
  }
  return ok;
};

/** The services on a store, with a function of the test's choice. */
class RotatingServer {
  readonly #store: Store;
  readonly #pipeline: Pipeline;
  readonly clock: OffsetClock;
  readonly scheduler: Scheduler;
  readonly rotator: Rotator;
  /** Steps in the order in which they were begun. */
  readonly steps: string[] = [];

  constructor(store: Store, body: Body, found: ReturnType<Functions['check']> = 'allowed', clock = new OffsetClock()) {
    this.#store = store;
    this.clock = clock;
    const functions: Functions = {
      check: () => found,
      findTags: () => ({}),
      invoke: async (arn, payload, invoker) => {
        assert.ok([functionArn, foreignArn].includes(arn));
        assert.equal(invoker.principal, 'secretsmanager.amazonaws.com');
        const step = JSON.parse(payload) as Step;
        assert.deepEqual(Object.keys(step), ['Step', 'SecretId', 'ClientRequestToken', 'RotationToken']);
        this.steps.push(step.Step);
        return body(step, this);
      },
    };
    const { identity, all, jobs, secrets } = servicesOn(store, { functions });
    const report = (error: unknown): void => assert.fail(error as Error);
    this.#pipeline = new Pipeline({ store, clock, identities: identity.identities, services: all, report });
    this.rotator = secrets.rotator({ store, clock, report });
    const settled = () => this.rotator.settled();
    this.scheduler = new Scheduler({ store, clock, jobs, report, settled });
  }

  // biome-ignore lint/suspicious/noExplicitAny: outputs of every operation
  async ask(operation: string, input: object): Promise<any> {
    const outcome = await this.#pipeline.run({
      service: 'secretsmanager',
      operation,
      region: 'us-east-1',
      requestId: randomUuid(),
      origin: { sourceIp: '192.0.2.1', userAgent: 'test', secure: true },
      authenticate: () => root,
      decode: () => input,
    });
    if (outcome.fault) throw outcome.fault;
    return outcome.output;
  }

  async create(): Promise<void> {
    await this.ask('CreateSecret', { Name: 's', SecretString: 'first', ClientRequestToken: tokenOf(0) });
  }

  /** Rotates at once, and waits for the end. */
  async rotate(more: object = {}): Promise<void> {
    await this.ask('RotateSecret', {
      SecretId: 's',
      RotationLambdaARN: functionArn,
      ClientRequestToken: tokenOf(1),
      ...more,
    });
    await this.rotator.settled();
  }

  async advance(span: string): Promise<void> {
    await this.scheduler.advanceTo(new Date(this.clock.now().getTime() + parseDuration(span)!));
    await this.rotator.settled();
  }

  async journal(): Promise<string> {
    return (await this.#store.readLog(0, 10_000)).map(({ text }) => text).join('');
  }

  /** Names of what the service told of rotations. */
  async told(): Promise<readonly string[]> {
    const records = (await this.#store.readLog(0, 10_000)).map(({ text }) => parseRecord(text));
    return records
      .filter(({ eventType }) => eventType === 'AwsServiceEvent')
      .map(({ eventName }) => eventName)
      .filter((name) => /Rotation/.test(name));
  }
}

const newStore = async (): Promise<Store> => {
  const store = await openStore({ data: ':memory:' });
  after(() => store.close());
  return store;
};

const serverWith = async (body: Body, found?: ReturnType<Functions['check']>): Promise<RotatingServer> => {
  const server = new RotatingServer(await newStore(), body, found);
  await server.create();
  return server;
};

const all = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('a rotation', () => {
  it('calls the function four times, and ends when AWSCURRENT has moved', async () => {
    const server = await serverWith(wellBehaved);
    await server.rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });
    assert.deepEqual(server.steps, all);
    const { SecretString, VersionId } = await server.ask('GetSecretValue', { SecretId: 's' });
    assert.deepEqual([SecretString, VersionId], [`made ${tokenOf(1)}`, tokenOf(1)]);
    const told = await server.ask('DescribeSecret', { SecretId: 's' });
    assert.ok(told.RotationEnabled && told.LastRotatedDate);
    assert.deepEqual(told.VersionIdsToStages, {
      [tokenOf(1)]: ['AWSCURRENT', 'AWSPENDING'],
      [tokenOf(0)]: ['AWSPREVIOUS'],
    });
    assert.deepEqual([told.RotationLambdaARN, told.RotationRules], [functionArn, { AutomaticallyAfterDays: 10 }]);
    assert.deepEqual(await server.told(), ['RotationStarted', 'RotationSucceeded']);
  });

  it('is repeated as its rules have it, by the clock', async () => {
    const server = await serverWith(wellBehaved);
    await server.rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });
    await server.advance('31d');
    assert.equal(server.steps.length, 16);
    const { NextRotationDate } = await server.ask('DescribeSecret', { SecretId: 's' });
    assert.ok(NextRotationDate > server.clock.now());
    await server.ask('CancelRotateSecret', { SecretId: 's' });
    await server.advance('31d');
    assert.equal(server.steps.length, 16);
    const told = await server.ask('DescribeSecret', { SecretId: 's' });
    assert.deepEqual([told.RotationEnabled, told.NextRotationDate, told.RotationRules], [false, undefined, undefined]);
  });

  for (const step of all) {
    it(`that fails in ${step} leaves its version under AWSPENDING, and is tried again`, async () => {
      let broken = true;
      const server = await serverWith((event, self) =>
        broken && event.Step === step ? { error: 'Unhandled', payload: '{}' } : wellBehaved(event, self),
      );
      await server.rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });
      assert.deepEqual(server.steps, all.slice(0, all.indexOf(step) + 1));
      assert.equal((await server.ask('GetSecretValue', { SecretId: 's' })).SecretString, 'first');
      const { VersionIdsToStages } = await server.ask('DescribeSecret', { SecretId: 's' });
      assert.deepEqual(VersionIdsToStages[tokenOf(1)], ['AWSPENDING']);
      await server.advance('2m');
      assert.equal((await server.told()).filter((name) => name === 'RotationFailed').length, 2);
      broken = false;
      await server.advance('10m');
      assert.equal((await server.ask('GetSecretValue', { SecretId: 's' })).VersionId, tokenOf(1));
    });

    it(`that a crash ends in ${step} goes on with that step`, async () => {
      const store = await newStore();
      let reached = (): void => {};
      const crashed = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const hanging = new RotatingServer(store, (event, self) => {
        if (event.Step !== step) return wellBehaved(event, self);
        reached();
        return new Promise(() => {});
      });
      await hanging.create();
      await hanging.ask('RotateSecret', {
        SecretId: 's',
        RotationLambdaARN: functionArn,
        ClientRequestToken: tokenOf(1),
      });
      await crashed;
      await hanging.rotator.stop();
      const next = new RotatingServer(store, wellBehaved);
      await next.rotator.settled();
      assert.deepEqual(next.steps, all.slice(all.indexOf(step)));
      assert.equal((await next.ask('GetSecretValue', { SecretId: 's' })).VersionId, tokenOf(1));
    });
  }

  it('that was not finished holds up the next one, and is tried again by it', async () => {
    let broken = true;
    const server = await serverWith((event, self) => (broken ? { error: 'Unhandled' } : wellBehaved(event, self)));
    await server.rotate();
    broken = false;
    await assert.rejects(server.rotate({ ClientRequestToken: tokenOf(2) }), {
      code: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
    while ((await server.ask('GetSecretValue', { SecretId: 's' })).VersionId !== tokenOf(1))
      await server.rotator.settled();
  });

  it('is tried five times, then waits for the next window', async () => {
    const server = await serverWith(() => ({ error: 'Unhandled' }));
    await server.rotate({ RotationRules: { AutomaticallyAfterDays: 1 } });
    await server.advance('3h');
    assert.deepEqual(server.steps.length, 5);
    await server.advance('24h');
    assert.ok(server.steps.length > 5);
  });

  it('fails where finishSecret does not move AWSCURRENT', async () => {
    const server = await serverWith(() => ok);
    await server.rotate();
    assert.deepEqual(await server.told(), ['RotationStarted', 'RotationFailed']);
  });

  it('is abandoned where somebody takes AWSPENDING away, deletes the secret, or turns rotation off', async () => {
    for (const disturb of [
      ['UpdateSecretVersionStage', { VersionStage: 'AWSPENDING', RemoveFromVersionId: tokenOf(1) }],
      ['DeleteSecret', { RecoveryWindowInDays: 7 }],
      ['CancelRotateSecret', {}],
    ] as const) {
      const server = await serverWith(async ({ Step }, self) => {
        if (Step === 'setSecret') await self.ask(disturb[0], { SecretId: 's', ...disturb[1] });
        return ok;
      });
      await server.rotate();
      assert.deepEqual(server.steps, ['createSecret', 'setSecret']);
      assert.deepEqual(await server.told(), ['RotationStarted', 'RotationAbandoned']);
    }
  });

  it('only tests where it is not to be done at once', async () => {
    const seen: string[] = [];
    const server = await serverWith(async ({ SecretId, ClientRequestToken }, self) => {
      const value = await self.ask('GetSecretValue', {
        SecretId,
        VersionId: ClientRequestToken,
        VersionStage: 'AWSPENDING',
      });
      seen.push(value.SecretString);
      return ok;
    });
    await server.rotate({ RotateImmediately: false, RotationRules: { ScheduleExpression: 'rate(1 day)' } });
    assert.deepEqual([server.steps, seen], [['testSecret'], ['first']]);
    const { VersionIdsToStages, NextRotationDate } = await server.ask('DescribeSecret', { SecretId: 's' });
    assert.deepEqual(VersionIdsToStages, { [tokenOf(0)]: ['AWSCURRENT'] });
    assert.ok(NextRotationDate);
    assert.deepEqual(await server.told(), ['TestRotationStarted', 'TestRotationSucceeded']);
  });

  it('needs a function that is there, and lets Secrets Manager call it', async () => {
    const denied = await serverWith(wellBehaved, 'denied');
    await assert.rejects(denied.rotate(), {
      code: 'AccessDenied',
      message: /^Secrets Manager cannot invoke the specified Lambda function/,
    });
    const absent = await serverWith(wellBehaved, 'absent');
    await assert.rejects(absent.rotate(), { code: 'ResourceNotFoundException' });
    await assert.rejects(absent.ask('RotateSecret', { SecretId: 's' }), {
      code: 'InvalidRequestException',
      message: 'No Lambda rotation function ARN is associated with this secret.',
    });
    await absent.ask('CreateSecret', { Name: 'empty' });
    const server = await serverWith(wellBehaved);
    await server.ask('CreateSecret', { Name: 'empty' });
    await assert.rejects(server.rotate({ SecretId: 'empty' }), {
      code: 'InvalidRequestException',
      message: /no value/,
    });
  });

  it('is put off by a value that somebody stores, and does not go back to the one before', async () => {
    const server = await serverWith(wellBehaved);
    await server.rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });
    await server.advance('6d');
    const ClientRequestToken = tokenOf(2);
    await server.ask('PutSecretValue', { SecretId: 's', ClientRequestToken, SecretString: 'by hand' });
    const { VersionIdsToStages } = await server.ask('DescribeSecret', { SecretId: 's' });
    assert.deepEqual(VersionIdsToStages, { [tokenOf(2)]: ['AWSCURRENT'], [tokenOf(1)]: ['AWSPREVIOUS'] });
    await server.advance('6d');
    assert.equal((await server.ask('GetSecretValue', { SecretId: 's' })).SecretString, 'by hand');
    await server.advance('5d');
    const { VersionId } = await server.ask('GetSecretValue', { SecretId: 's' });
    assert.ok(![tokenOf(1), tokenOf(2)].includes(VersionId));
  });

  it('tells each step a token of its own, by which PutSecretValue knows the function', async () => {
    const refused: string[] = [];
    let shown = '';
    const server = await serverWith(async (event, self) => {
      const { Step, SecretId, ClientRequestToken, RotationToken } = event;
      if (Step !== 'createSecret') return wellBehaved(event, self);
      shown = RotationToken;
      const input = { SecretId, ClientRequestToken, SecretString: 'made', VersionStages: ['AWSPENDING'] };
      const strangers = [
        { ...input, RotationToken: randomUuid() },
        { ...input, ClientRequestToken: tokenOf(9), RotationToken },
        { ...input, SecretId: 'other', RotationToken },
      ];
      for (const stranger of strangers)
        await self.ask('PutSecretValue', stranger).catch(({ code }) => refused.push(code));
      await self.ask('PutSecretValue', { ...input, RotationToken });
      return ok;
    });
    await server.ask('CreateSecret', { Name: 'other', SecretString: 'x' });
    await server.rotate();
    assert.deepEqual(refused, Array(3).fill('InvalidParameterException'));
    assert.ok(!(await server.journal()).includes(shown), 'the journal has the token');
    assert.equal((await server.ask('GetSecretValue', { SecretId: 's' })).SecretString, 'made');
    const RotationToken = randomUuid();
    await assert.rejects(server.ask('PutSecretValue', { SecretId: 's', SecretString: 'x', RotationToken }), {
      code: 'InvalidParameterException',
    });
  });

  it('by a function of another account takes its value only with the token of the rotation', async () => {
    const refused: string[] = [];
    const server = await serverWith(async (event, self) => {
      const { Step, SecretId, ClientRequestToken, RotationToken } = event;
      if (Step !== 'createSecret') return wellBehaved(event, self);
      const input = { SecretId, ClientRequestToken, SecretString: 'made', VersionStages: ['AWSPENDING'] };
      await self.ask('PutSecretValue', input).catch(({ code }) => refused.push(code));
      await self.ask('PutSecretValue', { ...input, RotationToken });
      return ok;
    });
    await server.rotate({ RotationLambdaARN: foreignArn });
    assert.deepEqual(refused, ['InvalidParameterException']);
    assert.equal((await server.ask('GetSecretValue', { SecretId: 's' })).SecretString, 'made');
  });

  it('is over once AWSCURRENT has moved, though its function goes on: the next one may begin', async () => {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let moved = (): void => {};
    const hasMoved = new Promise<void>((resolve) => {
      moved = resolve;
    });
    const server = await serverWith(async (event, self) => {
      const result = await wellBehaved(event, self);
      if (event.Step === 'finishSecret' && event.ClientRequestToken === tokenOf(1)) {
        moved();
        await ended;
      }
      return result;
    });
    await server.ask('RotateSecret', {
      SecretId: 's',
      RotationLambdaARN: functionArn,
      ClientRequestToken: tokenOf(1),
    });
    await hasMoved;
    await server.ask('RotateSecret', { SecretId: 's', ClientRequestToken: tokenOf(2) });
    end();
    await server.rotator.settled();
    assert.equal((await server.ask('GetSecretValue', { SecretId: 's' })).VersionId, tokenOf(2));
    assert.deepEqual(await server.told(), [
      'RotationStarted',
      'RotationSucceeded',
      'RotationStarted',
      'RotationSucceeded',
    ]);
  });

  it('asked for twice under one token is one', async () => {
    const server = await serverWith(wellBehaved);
    await server.rotate();
    await server.rotate();
    assert.deepEqual(server.steps, all);
  });
});
