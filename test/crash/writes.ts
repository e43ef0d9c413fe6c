import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Answer, SpawnedServer } from '../spawned-server.ts';

/** A write that the server acknowledged, and how to see that it is still there. */
export interface Acknowledged {
  readonly what: string;
  readonly requestId: string;
  /** Fails where a server on the same data does not show the write. */
  readonly isThere: (server: SpawnedServer) => Promise<void>;
}

/** Collects what was acknowledged, in order. */
export type Ledger = Acknowledged[];

/**
 * Writes for as long as the server answers: a key and everything that hangs on it, a user and its access key, over and
 * over. Whatever is answered with 200 enters the ledger; the call that the crash cut off does not.
 */
export const writeUntilItDies = async (server: SpawnedServer, ledger: Ledger): Promise<void> => {
  for (;;) {
    try {
      await writeOnce(server, ledger);
    } catch (error) {
      if (error instanceof TypeError) return; // fetch: the connection is gone
      throw error;
    }
  }
};

const writeOnce = async (server: SpawnedServer, ledger: Ledger): Promise<void> => {
  const name = randomUUID();
  const write = async (what: string, call: Promise<Answer>, isThere: (answer: Answer) => Acknowledged['isThere']) => {
    const answer = await call;
    assert.equal(answer.status, 200, `${what}: ${answer.text}`);
    ledger.push({ what, requestId: answer.requestId, isThere: isThere(answer) });
    return answer;
  };

  const created = await write('CreateKey', server.kms('CreateKey', { Description: name }), (answer) =>
    shows('DescribeKey', { KeyId: keyIdOf(answer) }, name),
  );
  const KeyId = keyIdOf(created);
  await write('CreateAlias', server.kms('CreateAlias', { AliasName: `alias/${name}`, TargetKeyId: KeyId }), () =>
    shows('DescribeKey', { KeyId: `alias/${name}` }, KeyId),
  );
  await write('TagResource', server.kms('TagResource', { KeyId, Tags: [{ TagKey: 'name', TagValue: name }] }), () =>
    shows('ListResourceTags', { KeyId }, name),
  );
  await write(
    'PutKeyPolicy',
    server.kms('PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policyNamed(name) }),
    () => shows('GetKeyPolicy', { KeyId, PolicyName: 'default' }, name),
  );
  const plaintext = Buffer.from(name).toString('base64');
  await write('Encrypt', server.kms('Encrypt', { KeyId, Plaintext: plaintext }), ({ text }) =>
    shows('Decrypt', { CiphertextBlob: JSON.parse(text).CiphertextBlob }, plaintext),
  );
  await write(
    'CreateUser',
    server.iam('CreateUser', { UserName: name }),
    () => async (later) => found(await later.iam('GetUser', { UserName: name }), name),
  );
  await write(
    'CreateAccessKey',
    server.iam('CreateAccessKey', { UserName: name }),
    ({ text }) =>
      async (later) =>
        found(await later.iam('ListAccessKeys', { UserName: name }), /<AccessKeyId>(\w+)</.exec(text)![1]!),
  );
};

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
