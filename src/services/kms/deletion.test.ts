import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
let kms = server.client(KMSClient);
const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
const scheduleDeletion = (KeyId: string | undefined, PendingWindowInDays?: number) =>
  kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
const describeKey = async (KeyId: string | undefined) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;

describe('ScheduleKeyDeletion', () => {
  for (const [window, days] of [
    [undefined, 30],
    [7, 7],
    [30, 30],
  ] as const) {
    test(`waits ${days} days: PendingWindowInDays ${window}`, async () => {
      const { KeyId, Arn } = await newKey();
      const { DeletionDate, $metadata: _, ...rest } = await scheduleDeletion(KeyId, window);
      assert.deepEqual(rest, { KeyId: Arn, KeyState: 'PendingDeletion', PendingWindowInDays: days });
      const expected = server.running.clock.now().getTime() + days * 86_400_000;
      assert.ok(Math.abs(DeletionDate!.getTime() - expected) < 60_000);
      const described = await describeKey(KeyId);
      assert.deepEqual([described.KeyState, described.Enabled], ['PendingDeletion', false]);
      assert.deepEqual(described.DeletionDate, DeletionDate);
    });
  }

  for (const window of [6, 31]) {
    test(`refuses a waiting period of ${window} days`, async () => {
      const { KeyId } = await newKey();
      await assert.rejects(scheduleDeletion(KeyId, window), {
        name: 'ValidationException',
        message: 'PendingWindowInDays must be between 7 and 30',
      });
    });
  }

  test('a key that is pending deletion can be looked at and nothing else', async () => {
    const { KeyId, Arn } = await newKey();
    await scheduleDeletion(KeyId);
    const refusal = { name: 'KMSInvalidStateException', message: `${Arn} is pending deletion.` };
    await assert.rejects(scheduleDeletion(KeyId), refusal);
    await assert.rejects(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })), refusal);
    await assert.rejects(kms.send(new EnableKeyCommand({ KeyId })), refusal);
    await assert.rejects(kms.send(new DisableKeyCommand({ KeyId })), refusal);
    await assert.rejects(kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: '' })), refusal);
    const Tags = [{ TagKey: 'a', TagValue: 'b' }];
    await assert.rejects(kms.send(new TagResourceCommand({ KeyId, Tags })), refusal);
  });
});

describe('CancelKeyDeletion', () => {
  test('leaves the key disabled, for good', async () => {
    const { KeyId, Arn } = await newKey();
    await scheduleDeletion(KeyId, 7);
    assert.equal((await kms.send(new CancelKeyDeletionCommand({ KeyId }))).KeyId, Arn);
    const { KeyState, DeletionDate } = await describeKey(KeyId);
    assert.deepEqual([KeyState, DeletionDate], ['Disabled', undefined]);
    await server.advance('31d');
    assert.equal((await describeKey(KeyId)).KeyState, 'Disabled');
  });

  test('refuses a key that is not pending deletion', async () => {
    const { KeyId, Arn } = await newKey();
    await assert.rejects(kms.send(new CancelKeyDeletionCommand({ KeyId })), {
      name: 'KMSInvalidStateException',
      message: `${Arn} is not pending deletion.`,
    });
  });
});

test('after the waiting period, and a restart within it, the key is gone with all that it encrypted', async () => {
  const { KeyId, Arn } = await newKey();
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/doomed', TargetKeyId: KeyId }));
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
  await scheduleDeletion(KeyId, 7);
  await server.advance('6d');
  await server.restart();
  kms = server.client(KMSClient);
  assert.equal((await describeKey(KeyId)).KeyState, 'PendingDeletion');
  await server.advance('1d');

  await assert.rejects(describeKey(KeyId), { name: 'NotFoundException', message: `Key '${Arn}' does not exist` });
  await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob })), { name: 'AccessDeniedException' });
  const { Aliases } = await kms.send(new ListAliasesCommand({}));
  assert.ok(!Aliases!.some(({ AliasName }) => AliasName === 'alias/doomed'));
  const { Keys } = await kms.send(new ListKeysCommand({}));
  assert.ok(!Keys!.some((key) => key.KeyId === KeyId));

  const [event, ...more] = (await server.journal('DeleteKey')).filter(({ resources }) => resources?.[0]?.ARN === Arn);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [event?.eventType, event?.eventSource, event?.awsRegion, event?.userIdentity.invokedBy],
    ['AwsServiceEvent', 'kms.amazonaws.com', 'us-east-1', 'AWS Internal'],
  );
});
