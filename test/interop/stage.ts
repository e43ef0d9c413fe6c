import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type JournalRecord, parseRecord } from '../../src/journal/record.ts';
import type { Credentials } from '../../src/testing/sign.ts';
import { account, region, rootCredentials, type SpawnedServer } from '../spawned-server.ts';
import { type Driver, type Output, Refusal, type Target } from './driver.ts';
import { sdk } from './drivers/sdk.ts';

/** One promise of the catalogue, written once and made good through every client. */
export interface Check {
  /** As in the catalogue, e.g. `KMS-04`. */
  readonly id: string;
  readonly sentence: string;
  readonly run: (stage: Stage) => Promise<void>;
}

/** A statement of a policy. */
export interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Principal?: object | '*';
  readonly Action: string | readonly string[];
  readonly Resource?: string;
  readonly Condition?: object;
}

/** An account that has nothing to do with the server's own. */
const otherAccount = '444455556666';

/** A user to make calls as. */
export interface User {
  readonly arn: string;
  readonly credentials: Credentials;
}

/** An event as targets of EventBridge get it. */
export interface EventEnvelope {
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly region: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, string>>;
}

/** What a check acts on: a server, the client under test, and a quick way to arrange what the check is not about. */
export class Stage {
  readonly server: SpawnedServer;
  /** Data directory of the server. */
  readonly data: string;
  readonly #driver: Driver;

  constructor(server: SpawnedServer, data: string, driver: Driver) {
    this.server = server;
    this.data = data;
    this.#driver = driver;
  }

  /** Calls an operation with the client under test; by default as the root user in the home Region. */
  call(operation: string, input: object, as: Partial<Target> = {}): Promise<Output> {
    return this.#driver.call(operation, input, { ...this.#home, ...as });
  }

  /** Calls an operation as the root user with the client that is quickest. */
  arrange(operation: string, input: object, as: Partial<Target> = {}): Promise<Output> {
    return sdk.call(operation, input, { ...this.#home, ...as });
  }

  /** @returns metadata of a new key */
  async key(input: object = {}): Promise<Output> {
    return (await this.arrange('CreateKey', input)).KeyMetadata;
  }

  /** @returns an alias that no other check uses, of a key */
  async alias(TargetKeyId: string): Promise<string> {
    const AliasName = `alias/check-${randomUUID()}`;
    await this.arrange('CreateAlias', { AliasName, TargetKeyId });
    return AliasName;
  }

  /** @returns a new user with these statements in an inline policy; none: without any */
  async user(...statements: readonly Statement[]): Promise<User> {
    const UserName = `user-${randomUUID()}`;
    const { User } = await this.arrange('CreateUser', { UserName });
    if (statements.length > 0) {
      const PolicyDocument = policyDocument(...statements);
      await this.arrange('PutUserPolicy', { UserName, PolicyName: 'check', PolicyDocument });
    }
    const { AccessKey } = await this.arrange('CreateAccessKey', { UserName });
    const { AccessKeyId, SecretAccessKey } = AccessKey;
    return { arn: User.Arn, credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } };
  }

  /** @returns a session of a new role, which has these statements in an inline policy; none: without any. Its `arn` is the role's */
  async role(...statements: readonly Statement[]): Promise<User> {
    const RoleName = `role-${randomUUID()}`;
    const trust = { Effect: 'Allow', Principal: accountPrincipal, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
    const { Role } = await this.arrange('CreateRole', { RoleName, AssumeRolePolicyDocument });
    if (statements.length > 0) {
      const PolicyDocument = policyDocument(...statements);
      await this.arrange('PutRolePolicy', { RoleName, PolicyName: 'check', PolicyDocument });
    }
    const assumer = await this.user({ Action: 'sts:AssumeRole' });
    const asked = { RoleArn: Role.Arn, RoleSessionName: 'check' };
    const { AccessKeyId, SecretAccessKey, SessionToken } = (await this.arrange('AssumeRole', asked, assumer))
      .Credentials;
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    return { arn: Role.Arn, credentials };
  }

  /** @returns a new user of another account, made by a seed, with these statements in an inline policy */
  async otherUser(...statements: readonly Statement[]): Promise<User> {
    const name = `user-${randomUUID()}`;
    const id = `AKIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`;
    const secret = randomUUID();
    const policies = statements.length > 0 ? { check: policyDocument(...statements) } : {};
    const seeded = { account: otherAccount, name, accessKeys: [{ id, secret }], policies };
    await this.seed({ users: [seeded] });
    const arn = `arn:aws:iam::${otherAccount}:user/${name}`;
    return { arn, credentials: { accessKeyId: id, secretAccessKey: secret } };
  }

  /** Lets days pass on the server, whole seconds of them. */
  async advance(days: number): Promise<void> {
    const body = JSON.stringify({ advance: `${Math.round(days * 86_400)}s` });
    assert.equal((await fetch(`${this.server.url}/_bulwark/clock`, { method: 'POST', body })).status, 200);
  }

  /** @returns what the journal has of calls of an operation, oldest first */
  async journal(eventName: string): Promise<readonly JournalRecord[]> {
    const found: JournalRecord[] = [];
    for (let after = 0; ; ) {
      const answer = await fetch(`${this.server.url}/_bulwark/journal?after=${after}`);
      const { records } = (await answer.json()) as { records: readonly { sequence: number; text: string }[] };
      if (records.length === 0) return found;
      after = records.at(-1)!.sequence;
      found.push(...records.map(({ text }) => parseRecord(text)).filter((record) => record.eventName === eventName));
    }
  }

  /** @returns what services told the event bus and nothing has delivered yet, oldest first */
  async events(): Promise<readonly EventEnvelope[]> {
    const found: EventEnvelope[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const answer = await fetch(`${this.server.url}/_bulwark/events${after && `?after=${encodeURIComponent(after)}`}`);
      const page = (await answer.json()) as { readonly events: readonly EventEnvelope[]; readonly next?: string };
      found.push(...page.events);
      after = page.next;
    }
    return found;
  }

  /** What the server takes for now, in milliseconds since 1970. */
  async now(): Promise<number> {
    const { time } = (await (await fetch(`${this.server.url}/_bulwark/health`)).json()) as { time: string };
    return Date.parse(time);
  }

  /** Plants what a seed file may hold. */
  async seed(seed: object): Promise<void> {
    const body = JSON.stringify(seed);
    assert.equal((await fetch(`${this.server.url}/_bulwark/seed`, { method: 'POST', body })).status, 200);
  }

  get #home(): Target {
    return { url: this.server.url, region, credentials: rootCredentials };
  }
}

/** Asserts that a call is answered with an error, in exactly these words. */
export const refused = async (call: Promise<unknown>, code: string, message?: string | RegExp): Promise<void> => {
  const refusal = await call.then(
    () => assert.fail(`expected ${code}`),
    (reason: unknown) => reason,
  );
  assert.ok(refusal instanceof Refusal, `expected ${code}, not ${refusal}`);
  assert.equal(refusal.code, code, refusal.message);
  if (typeof message === 'string') assert.equal(refusal.message, message);
  else if (message) assert.match(refusal.message, message);
};

/** A policy as JSON text; statements allow everything on every resource unless they say otherwise. */
export const policyDocument = (...statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  });

/** The account's root as a principal: "whoever the account's own policies allow". */
export const accountPrincipal = { AWS: `arn:aws:iam::${account}:root` };

/** AWS's sentence for a denial. */
export const deniedTo = (user: User, action: string, resource: string, because: string): string =>
  `User: ${user.arn} is not authorized to perform: ${action} on resource: ${resource} because ${because}`;
