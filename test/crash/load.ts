import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, SpawnedServer } from '../spawned-server.ts';

/** A write that a server acknowledged, and how to see that it is still there. */
export interface Acknowledged {
  readonly what: string;
  readonly requestId: string;
  /** Fails where a server on the same data does not show the write. */
  readonly isThere: (server: SpawnedServer) => Promise<void>;
}

/** How long a writer rests after a call that was not answered, in milliseconds. */
const restMs = 10;

/**
 * Clients that write: keys and everything that hangs on them, keys that are to be deleted, users and their access keys,
 * over and over. Each write is made once: what was answered with 200 enters the ledger, what was cut off does not.
 */
export class Load {
  readonly ledger: Acknowledged[] = [];
  /** Ids of keys whose deletion was scheduled. */
  readonly doomed: string[] = [];
  /** Calls that ended with the connection: they may have happened. */
  cutOff = 0;
  /** Calls that were answered with 503, or with 403 because the clock had jumped. */
  refused = 0;
  readonly #servers: () => readonly SpawnedServer[];
  readonly #writers: Promise<unknown>;
  #stopped = false;

  /** @param servers those that serve at the moment, as far as is known */
  constructor(servers: () => readonly SpawnedServer[], writers: number) {
    this.#servers = servers;
    this.#writers = Promise.all(Array.from({ length: writers }, () => this.#write()));
    // Whoever stops the load learns of it.
    this.#writers.catch(() => {});
  }

  /** Ends when every call has been answered or cut off. @throws {AssertionError} a call was answered with another error */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writers;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const servers = this.#servers();
      const server = servers[Math.floor(Math.random() * servers.length)];
      if (!server || !(await this.#writeOnce(server))) await sleep(restMs);
    }
  }

  /** @returns whether every call was acknowledged */
  async #writeOnce(server: SpawnedServer): Promise<boolean> {
    try {
      await this.#keyAndUser(server);
      if (!this.#stopped) await this.#doomedKey(server);
      return true;
    } catch (error) {
      if (error instanceof NotAcknowledged) this.refused++;
      // fetch: the connection is gone, or there is none.
      else if (error instanceof TypeError) this.cutOff++;
      else throw error;
      return false;
    }
  }

  async #acknowledged(
    what: string,
    call: Promise<Answer>,
    isThere: (answer: Answer) => Acknowledged['isThere'] = () => async () => {},
  ): Promise<Answer> {
    const answer = await call;
    if (answer.status === 503 || isOutOfTime(answer)) throw new NotAcknowledged();
    assert.equal(answer.status, 200, `${what}: ${answer.text}`);
    this.ledger.push({ what, requestId: answer.requestId, isThere: isThere(answer) });
    return answer;
  }

  async #keyAndUser(server: SpawnedServer): Promise<void> {
    const name = randomUUID();
    const created = await this.#acknowledged('CreateKey', server.kms('CreateKey', { Description: name }), (answer) =>
      shows('DescribeKey', { KeyId: keyIdOf(answer) }, name),
    );
    const KeyId = keyIdOf(created);
    await this.#acknowledged(
      'CreateAlias',
      server.kms('CreateAlias', { AliasName: `alias/${name}`, TargetKeyId: KeyId }),
      () => shows('DescribeKey', { KeyId: `alias/${name}` }, KeyId),
    );
    await this.#acknowledged(
      'TagResource',
      server.kms('TagResource', { KeyId, Tags: [{ TagKey: 'name', TagValue: name }] }),
      () => shows('ListResourceTags', { KeyId }, name),
    );
    await this.#acknowledged(
      'PutKeyPolicy',
      server.kms('PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policyNamed(name) }),
      () => shows('GetKeyPolicy', { KeyId, PolicyName: 'default' }, name),
    );
    const plaintext = Buffer.from(name).toString('base64');
    await this.#acknowledged('Encrypt', server.kms('Encrypt', { KeyId, Plaintext: plaintext }), ({ text }) =>
      shows('Decrypt', { CiphertextBlob: JSON.parse(text).CiphertextBlob }, plaintext),
    );
    await this.#acknowledged(
      'CreateUser',
      server.iam('CreateUser', { UserName: name }),
      () => async (later) => found(await later.iam('GetUser', { UserName: name }), name),
    );
    await this.#acknowledged(
      'CreateAccessKey',
      server.iam('CreateAccessKey', { UserName: name }),
      ({ text }) =>
        async (later) =>
          found(await later.iam('ListAccessKeys', { UserName: name }), /<AccessKeyId>(\w+)</.exec(text)![1]!),
    );
  }

  /** Shown by the journal alone: the key may be gone at any time after. */
  async #doomedKey(server: SpawnedServer): Promise<void> {
    const KeyId = keyIdOf(await this.#acknowledged('CreateKey', server.kms('CreateKey', {})));
    await this.#acknowledged(
      'ScheduleKeyDeletion',
      server.kms('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }),
    );
    this.doomed.push(KeyId);
  }
}

class NotAcknowledged extends Error {}

/** The clock jumped between the signing of a request and its arrival. */
const isOutOfTime = ({ status, text }: Answer): boolean =>
  (status === 400 || status === 403) && /Signature (expired|not yet current)/.test(text);

const keyIdOf = ({ text }: Answer): string => JSON.parse(text).KeyMetadata.KeyId;

const shows =
  (operation: string, input: object, expected: string): Acknowledged['isThere'] =>
  async (server) =>
    found(await server.kms(operation, input), expected);

const found = ({ status, text }: Answer, expected: string): void => {
  assert.equal(status, 200, text);
  assert.ok(text.includes(expected), `${expected} is not in ${text}`);
};

const policyNamed = (id: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: id,
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' },
    ],
  });
