import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const account = '111122223333';
/** A user of another account, who may use KMS. */
const guest = { account: '444455556666', id: 'AKIAGUESTOFANOTHERONE', secret: 'secret-of-a-guest-0123456789' };
const allowed = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] };
const seeded = {
  account: guest.account,
  name: 'guest',
  accessKeys: [{ id: guest.id, secret: guest.secret }],
  policies: { kms: allowed },
};
const server = await testServer({ persistent: true, seedText: JSON.stringify({ users: [seeded] }) });
let kms = server.client(KMSClient);
const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
const lastUsage = (KeyId: string) => kms.send(new GetKeyLastUsageCommand({ KeyId }));
const encrypt = (KeyId: string, given = {}) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), ...given }));

describe('GetKeyLastUsage', () => {
  test('tells of no use where there was none that succeeded', async () => {
    const { KeyId, CreationDate } = await newKey();
    await assert.rejects(encrypt(KeyId!, { DryRun: true }), { name: 'DryRunOperationException' });
    await kms.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(encrypt(KeyId!), { name: 'DisabledException' });
    const { $metadata: _, ...answer } = await lastUsage(KeyId!);
    assert.deepEqual(answer, { KeyId, TrackingStartDate: CreationDate, KeyCreationDate: CreationDate });
  });

  test('tells the last cryptographic operation with its journal record, after a restart too', async () => {
    const { KeyId } = await newKey();
    const { CiphertextBlob } = await encrypt(KeyId!);
    assert.equal((await lastUsage(KeyId!)).KeyLastUsage!.Operation, 'Encrypt');
    await kms.send(new DecryptCommand({ CiphertextBlob }));
    const { KeyLastUsage } = await lastUsage(KeyId!);
    const record = (await server.journal('Decrypt')).at(-1)!;
    assert.equal(KeyLastUsage!.Operation, 'Decrypt');
    assert.equal(KeyLastUsage!.CloudTrailEventId, record.eventID);
    assert.equal(KeyLastUsage!.KmsRequestId, record.requestID);
    assert.ok(Math.abs(KeyLastUsage!.Timestamp!.getTime() - Date.parse(record.eventTime)) < 1000);
    await server.restart();
    kms = server.client(KMSClient);
    assert.deepEqual((await lastUsage(KeyId!)).KeyLastUsage, KeyLastUsage);
  });

  test('tells a use from another account with the record that the account of the key has of it', async () => {
    const { KeyId, Arn } = await newKey();
    const Statement = { Effect: 'Allow', Principal: { AWS: [account, guest.account] }, Action: 'kms:*', Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    const theirs = server.client(KMSClient, { accessKeyId: guest.id, secretAccessKey: guest.secret });
    await theirs.send(new EncryptCommand({ KeyId: Arn, Plaintext: Buffer.from('x') }));
    const { KeyLastUsage } = await lastUsage(KeyId!);
    const record = (await server.journal('Encrypt')).find(({ eventID }) => eventID === KeyLastUsage!.CloudTrailEventId);
    assert.deepEqual([record?.recipientAccountId, record?.userIdentity.type], [account, 'AWSAccount']);
  });

  test('tells ReEncrypt of both of its keys', async () => {
    const [from, to] = [await newKey(), await newKey()];
    const { CiphertextBlob } = await encrypt(from.KeyId!);
    await kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to.KeyId }));
    for (const { KeyId } of [from, to]) assert.equal((await lastUsage(KeyId!)).KeyLastUsage!.Operation, 'ReEncrypt');
  });
});

test('DisableKey can be held to keys that were not used for long', async () => {
  const { KeyId } = await newKey();
  const atLeast30 = { NumericGreaterThanEquals: { 'kms:TrailingDaysWithoutKeyUsage': '30' } };
  const statement = { Effect: 'Allow', Action: 'kms:DisableKey', Resource: '*', Condition: atLeast30 };
  const janitor = server.client(KMSClient, await server.user('janitor', statement));
  const disable = () => janitor.send(new DisableKeyCommand({ KeyId }));
  await server.advance('20d');
  await encrypt(KeyId!);
  await server.advance('20d');
  await assert.rejects(disable(), { name: 'AccessDeniedException' });
  await server.advance('10d');
  await disable();
});

describe('the journal', () => {
  test('tells which key material was used', async () => {
    const [from, to] = [await newKey(), await newKey()];
    const { CiphertextBlob } = await encrypt(from.KeyId!);
    const last = async (name: string) => (await server.journal(name)).at(-1)!.additionalEventData;
    assert.deepEqual(await last('Encrypt'), { keyMaterialId: from.CurrentKeyMaterialId });
    await kms.send(new DecryptCommand({ CiphertextBlob }));
    assert.deepEqual(await last('Decrypt'), { keyMaterialId: from.CurrentKeyMaterialId });
    await kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to.KeyId }));
    assert.deepEqual(await last('ReEncrypt'), {
      destinationKeyMaterialId: to.CurrentKeyMaterialId,
      sourceKeyMaterialId: from.CurrentKeyMaterialId,
    });
  });

  test('tells none of what failed', async () => {
    const { KeyId } = await newKey();
    await kms.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(encrypt(KeyId!), { name: 'DisabledException' });
    assert.equal((await server.journal('Encrypt')).at(-1)!.additionalEventData, undefined);
  });
});
