import assert from 'node:assert/strict';
import { randomUuid } from '../../src/crypto/random.ts';
import { type JournalDecision, parseRecord } from '../../src/journal/record.ts';
import type { Caller } from '../../src/kernel/caller.ts';
import { OffsetClock } from '../../src/kernel/clock.ts';
import { fault } from '../../src/kernel/fault.ts';
import type { Service } from '../../src/kernel/operation.ts';
import { Pipeline } from '../../src/kernel/pipeline.ts';
import { compilePolicy, parsePolicy } from '../../src/policy/policy.ts';
import { servicesOn } from '../../src/service-set.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { fixture, knownValues, setUps, trustPolicy } from './known-values.ts';
import type { KnownValues } from './minimal-input.ts';

/** A statement of an identity policy. */
export type Statement = Readonly<Record<string, unknown>>;

/** What became of one call. */
export interface Answer {
  readonly decisions: readonly JournalDecision[];
  /** The fault's; undefined: the call succeeded. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly output: unknown;
}

const { account, otherAccount, keyId, alias, userName, roleName, policyName } = fixture;

const caller: Caller = {
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/caller`,
  userId: 'AIDAEXAMPLECALLER0001',
  uniqueId: 'AIDAEXAMPLECALLER0001',
  userName: 'caller',
  accessKeyId: 'AKIAEXAMPLECALLER001',
};

/** A role that functions run as. */
const lambdaTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** The services on a store with what stands in every fixture, asked by a user whose policies change with each call. */
export class AskedServer {
  readonly #store: Store;
  /** Ends every call as soon as it is authorized. */
  readonly #stopping: Pipeline;
  readonly #whole: Pipeline;
  #statements: readonly Statement[] = [];

  private constructor(store: Store, { identity, accounts, all }: ReturnType<typeof servicesOn>) {
    this.#store = store;
    const identities = { ...identity.identities, policiesOf: () => ({ identity: this.#policies() }) };
    const pipelineOf = (services: readonly Service[]): Pipeline =>
      new Pipeline({
        store,
        clock: new OffsetClock(),
        identities,
        organizations: accounts.lookup,
        services,
        report: (error) => assert.fail(error as Error),
      });
    this.#whole = pipelineOf(all);
    this.#stopping = pipelineOf(all.map(stopped));
  }

  static async start(): Promise<AskedServer> {
    const store = await openStore({ data: ':memory:' });
    const services = servicesOn(store);
    const now = new Date();
    await store.transact((tx) => {
      const { identity, keys } = services;
      const none = { account, inlinePolicies: {}, attachedPolicies: [] };
      for (const id of [account, otherAccount]) identity.seedAccount(tx, id, now);
      identity.seedUser(tx, { ...none, userName, accessKeys: [], groups: [], tags: {} }, now);
      identity.seedRole(tx, { ...none, roleName, trustPolicy, tags: {} }, now);
      identity.seedRole(tx, { ...none, roleName: 'lambda', trustPolicy: lambdaTrust, tags: {} }, now);
      identity.seedPolicy(tx, { account, policyName, document: String(knownValues.PolicyDocument) }, now);
      keys.seedKey(tx, { account, region: 'us-east-1', id: keyId, aliases: [alias], tags: {}, replicas: [] }, now);
    });
    return new AskedServer(store, services);
  }

  /** Asks whether these statements, and no others, allow; changes nothing. */
  ask(service: string, operation: string, input: object, ...statements: Statement[]): Promise<Answer> {
    return this.#call(this.#stopping, service, operation, input, statements);
  }

  /** What an administrator gets, of another account where one is named. @throws {AssertionError} an error */
  // biome-ignore lint/suspicious/noExplicitAny: outputs of every operation
  async make(service: string, operation: string, input: object, of = account): Promise<any> {
    const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
    const as = { ...caller, account: of, arn: `arn:aws:iam::${of}:user/caller` };
    const { output, code, message } = await this.#call(this.#whole, service, operation, input, everything, as);
    assert.equal(code, undefined, `${operation}: ${message}`);
    return output;
  }

  /** Makes what the operations of a service are about, and tells what they are to be asked with. */
  async setUp(service: string): Promise<KnownValues> {
    return (await setUps[service]?.((...what) => this.make(service, ...what))) ?? {};
  }

  /** Lets the operation run. */
  run(service: string, operation: string, input: object, ...statements: Statement[]): Promise<Answer> {
    return this.#call(this.#whole, service, operation, input, statements);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #call(
    pipeline: Pipeline,
    service: string,
    operation: string,
    input: object,
    statements: readonly Statement[],
    as = caller,
  ): Promise<Answer> {
    this.#statements = statements;
    const before = this.#store.logHead;
    const outcome = await pipeline.run({
      service,
      operation,
      region: 'us-east-1',
      requestId: randomUuid(),
      origin: { sourceIp: '192.0.2.1', userAgent: 'test', secure: true },
      authenticate: () => as,
      decode: () => input,
    });
    const records = (await this.#store.readLog(before, 1000)).map(({ text }) => parseRecord(text));
    const record = records.findLast(({ eventName }) => eventName === operation);
    return {
      decisions: record?.decisions ?? [],
      code: outcome.fault?.code,
      message: outcome.fault?.message,
      output: outcome.fault ? undefined : outcome.output,
    };
  }

  #policies() {
    if (this.#statements.length === 0) return [];
    const text = JSON.stringify({ Version: '2012-10-17', Statement: this.#statements });
    return [compilePolicy(parsePolicy(text, 'identity'))];
  }
}

const stopped = (service: Service): Service => ({
  ...service,
  operations: service.operations.map((operation) => ({
    ...operation,
    handle: () => {
      throw fault('Throttling', 'authorized');
    },
  })),
});
