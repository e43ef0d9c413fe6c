import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListKeyRotationsCommand,
  type ListKeyRotationsCommandInput,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
let kms = server.client(KMSClient);
const dayMs = 86_400_000;

const newKey = async (input: CreateKeyCommandInput = {}) =>
  (await kms.send(new CreateKeyCommand(input))).KeyMetadata! as { KeyId: string; Arn: string };
const enable = (KeyId: string, RotationPeriodInDays?: number) =>
  kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
const status = async (KeyId: string) => {
  const { $metadata: _, ...rest } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  return rest;
};
const rotations = async (KeyId: string, given: Partial<ListKeyRotationsCommandInput> = {}) =>
  (await kms.send(new ListKeyRotationsCommand({ KeyId, ...given }))).Rotations!;
const materialOf = async (KeyId: string) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!.CurrentKeyMaterialId!;
const encrypt = (KeyId: string) => kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('kept') }));
const onDemand = (KeyId: string) => kms.send(new RotateKeyOnDemandCommand({ KeyId }));
const now = () => server.running.clock.now().getTime();
const near = (date: Date | undefined, at: number) => assert.ok(Math.abs(date!.getTime() - at) < 5000, `${date}`);

describe('automatic rotation', () => {
  test('is off until it is enabled, then yearly, or as often as is asked', async () => {
    const { KeyId } = await newKey();
    assert.deepEqual(await status(KeyId), { KeyRotationEnabled: false, KeyId });
    await enable(KeyId);
    const yearly = await status(KeyId);
    assert.equal(yearly.RotationPeriodInDays, 365);
    near(yearly.NextRotationDate, now() + 365 * dayMs);
    await enable(KeyId, 90);
    const often = await status(KeyId);
    assert.deepEqual([often.KeyRotationEnabled, often.RotationPeriodInDays], [true, 90]);
    near(often.NextRotationDate, now() + 90 * dayMs);
    await kms.send(new DisableKeyRotationCommand({ KeyId }));
    assert.deepEqual(await status(KeyId), { KeyRotationEnabled: false, KeyId });
    await server.advance('100d');
    assert.deepEqual(await rotations(KeyId), []);
  });

  test('makes new key material in each period, and every old one decrypts for ever', async () => {
    const { KeyId, Arn } = await newKey();
    await enable(KeyId, 90);
    const ciphertexts = [];
    for (let round = 0; round < 5; round++) {
      ciphertexts.push({ ...(await encrypt(KeyId)), materialId: await materialOf(KeyId) });
      await server.advance('91d');
    }
    assert.equal(new Set(ciphertexts.map(({ materialId }) => materialId)).size, 5);
    await server.restart();
    kms = server.client(KMSClient);
    for (const { CiphertextBlob, materialId } of ciphertexts) {
      const { Plaintext, KeyMaterialId } = await kms.send(new DecryptCommand({ CiphertextBlob }));
      assert.equal(Buffer.from(Plaintext!).toString(), 'kept');
      assert.equal(KeyMaterialId, materialId);
    }
    const event = (await server.journal('RotateKey')).findLast(({ resources }) => resources![0]!.ARN === Arn)!;
    assert.equal(event.eventType, 'AwsServiceEvent');
    assert.deepEqual(event.serviceEventDetails, {
      rotationType: 'AUTOMATIC',
      keyOrigin: 'AWS_KMS',
      previousKeyMaterialId: ciphertexts.at(-1)!.materialId,
      currentKeyMaterialId: await materialOf(KeyId),
      keyId: KeyId,
    });
  });

  test('happens once in 400 days where it is yearly', async () => {
    const { KeyId } = await newKey();
    await enable(KeyId);
    const enabledAt = now();
    await server.advance('400d');
    const [only, ...more] = await rotations(KeyId);
    assert.deepEqual([only!.RotationType, more.length], ['AUTOMATIC', 0]);
    near(only!.RotationDate, enabledAt + 365 * dayMs);
    near((await status(KeyId)).NextRotationDate, enabledAt + 730 * dayMs);
  });

  test('waits while the key is disabled, and is made up for when it is enabled', async () => {
    const { KeyId } = await newKey();
    await enable(KeyId, 90);
    await kms.send(new DisableKeyCommand({ KeyId }));
    assert.equal((await status(KeyId)).KeyRotationEnabled, true);
    await server.advance('200d');
    assert.deepEqual(await rotations(KeyId), []);
    await kms.send(new EnableKeyCommand({ KeyId }));
    assert.equal((await rotations(KeyId)).length, 1);
    near((await status(KeyId)).NextRotationDate, now() + 90 * dayMs);
    await server.advance('91d');
    assert.equal((await rotations(KeyId)).length, 2);
  });

  test('is off while the key is pending deletion, and as before when it is taken back', async () => {
    const { KeyId } = await newKey();
    await enable(KeyId, 100);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    assert.deepEqual(await status(KeyId), { KeyRotationEnabled: false, KeyId });
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    assert.equal((await status(KeyId)).RotationPeriodInDays, 100);
  });

  test('ends with the key', async () => {
    const { KeyId, Arn } = await newKey();
    await enable(KeyId, 90);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await server.advance('100d');
    const rotated = (await server.journal('RotateKey')).filter(({ resources }) => resources![0]!.ARN === Arn);
    assert.deepEqual(rotated, []);
  });

  for (const period of [89, 2561]) {
    test(`is not every ${period} days`, async () => {
      const { KeyId } = await newKey();
      await assert.rejects(enable(KeyId, period), { name: 'ValidationException', message: /rotationPeriodInDays/ });
    });
  }

  test('can be held to a period', async () => {
    const { KeyId } = await newKey();
    const user = await server.user('rotator', {
      Effect: 'Allow',
      Action: 'kms:EnableKeyRotation',
      Resource: '*',
      Condition: { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '365' } },
    });
    const rotator = server.client(KMSClient, user);
    await rotator.send(new EnableKeyRotationCommand({ KeyId }));
    await assert.rejects(rotator.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 366 })), {
      name: 'AccessDeniedException',
    });
  });
});

describe('rotation on demand', () => {
  test('goes on in the background, and leaves the schedule as it is', async () => {
    const { KeyId, Arn } = await newKey();
    await enable(KeyId, 100);
    const before = await status(KeyId);
    const first = await materialOf(KeyId);
    assert.equal((await onDemand(KeyId)).KeyId, Arn);
    near((await status(KeyId)).OnDemandRotationStartDate, now());
    await assert.rejects(onDemand(KeyId), { name: 'ConflictException' });
    await server.advance('1s');
    assert.deepEqual(await status(KeyId), before);
    const second = await materialOf(KeyId);
    const all = await rotations(KeyId, { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' });
    assert.deepEqual(
      all.map(({ RotationDate: _, ...entry }) => entry),
      [
        { KeyId, KeyMaterialId: first, KeyMaterialState: 'NON_CURRENT' },
        { KeyId, KeyMaterialId: second, KeyMaterialState: 'CURRENT', RotationType: 'ON_DEMAND' },
      ],
    );
    assert.deepEqual(await rotations(KeyId), all.slice(1));
    const { KeyMaterialId } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
    assert.equal(KeyMaterialId, second);
  });

  test('is for 25 times', async () => {
    const { KeyId } = await newKey();
    for (let time = 0; time < 25; time++) {
      await onDemand(KeyId);
      await server.advance('1s');
    }
    await assert.rejects(onDemand(KeyId), { name: 'LimitExceededException' });
    const first = await kms.send(new ListKeyRotationsCommand({ KeyId, Limit: 20 }));
    assert.equal(first.Truncated, true);
    assert.equal((await rotations(KeyId, { Marker: first.NextMarker, Limit: 20 })).length, 5);
  });

  test('is refused 20 minutes before an automatic one', async () => {
    const { KeyId } = await newKey();
    await enable(KeyId, 90);
    await server.advance('2159h');
    await server.advance('45m');
    await assert.rejects(onDemand(KeyId), { name: 'ConflictException' });
  });
});

describe('a key that KMS does not rotate', async () => {
  const rsa = await newKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  const mac = await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const commands = {
    EnableKeyRotation: EnableKeyRotationCommand,
    DisableKeyRotation: DisableKeyRotationCommand,
    ListKeyRotations: ListKeyRotationsCommand,
    RotateKeyOnDemand: RotateKeyOnDemandCommand,
  };
  test('has a status, which says so', async () => {
    for (const { KeyId } of [rsa, mac]) assert.deepEqual(await status(KeyId!), { KeyRotationEnabled: false, KeyId });
  });

  for (const [operation, command] of Object.entries(commands)) {
    // All of them take a KeyId.
    const Command = command as typeof EnableKeyRotationCommand;
    test(`is refused by ${operation}`, async () => {
      for (const [{ KeyId, Arn }, keySpec] of [[rsa, 'RSA_2048'] as const, [mac, 'HMAC_256'] as const]) {
        await assert.rejects(kms.send(new Command({ KeyId })), {
          name: 'UnsupportedOperationException',
          message: `${Arn} key spec is ${keySpec} which is not valid for ${operation}.`,
        });
      }
    });
  }
});
