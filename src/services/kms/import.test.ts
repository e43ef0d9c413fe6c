import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  KMSClient,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { importInto, wrapFor } from '../../testing/import.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
let kms = server.client(KMSClient);
const dayMs = 86_400_000;
const now = () => server.running.clock.now().getTime();

const external = async (input: CreateKeyCommandInput = {}) =>
  (await kms.send(new CreateKeyCommand({ Origin: 'EXTERNAL', ...input }))).KeyMetadata! as {
    KeyId: string;
    Arn: string;
  };
const metadata = async (KeyId: string) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
const stateOf = async (KeyId: string) => (await metadata(KeyId)).KeyState;
const put = (KeyId: string, material: Buffer, rest: Partial<ImportKeyMaterialCommandInput> = {}) =>
  importInto(kms, KeyId, material, rest);
/** A key with material in it. */
const imported = async (material = randomBytes(32)) => {
  const key = await external();
  await put(key.KeyId, material);
  return { ...key, material };
};
const remove = (KeyId: string, KeyMaterialId?: string) =>
  kms.send(new DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId }));
const encrypt = async (KeyId: string) =>
  (await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('kept') }))).CiphertextBlob!;
const decrypt = async (CiphertextBlob: Uint8Array) =>
  Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext!).toString();
const materials = async (KeyId: string) =>
  (await kms.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }))).Rotations!;
const rotate = async (KeyId: string) => {
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
  await server.advance('1s');
};
const incorrect = { name: 'IncorrectKeyMaterialException' };

describe('a key for imported material', () => {
  test('waits for it, and is used with it', async () => {
    const { KeyId, Arn } = await external();
    const waiting = await metadata(KeyId);
    assert.deepEqual(
      [waiting.KeyState, waiting.Enabled, waiting.Origin, waiting.ExpirationModel, waiting.CurrentKeyMaterialId],
      ['PendingImport', false, 'EXTERNAL', undefined, undefined],
    );
    await assert.rejects(encrypt(KeyId), {
      name: 'KMSInvalidStateException',
      message: `${Arn} is pending import.`,
    });
    const answer = await put(KeyId, randomBytes(32));
    assert.equal(answer.KeyId, Arn);
    const ready = await metadata(KeyId);
    assert.deepEqual(
      [ready.KeyState, ready.Enabled, ready.ExpirationModel, ready.ValidTo, ready.CurrentKeyMaterialId],
      ['Enabled', true, 'KEY_MATERIAL_DOES_NOT_EXPIRE', undefined, answer.KeyMaterialId],
    );
    assert.equal(await decrypt(await encrypt(KeyId)), 'kept');
  });

  test('keeps what was imported over a restart', async () => {
    const { KeyId } = await imported();
    const ciphertext = await encrypt(KeyId);
    await server.restart();
    kms = server.client(KMSClient);
    assert.equal(await decrypt(ciphertext), 'kept');
  });

  test('is not rotated by itself', async () => {
    const { KeyId, Arn } = await imported();
    await assert.rejects(kms.send(new EnableKeyRotationCommand({ KeyId })), {
      name: 'UnsupportedOperationException',
      message: `${Arn} origin is EXTERNAL which is not valid for this operation.`,
    });
    assert.equal((await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled, false);
  });

  for (const algorithm of [
    'RSAES_OAEP_SHA_1',
    'RSAES_OAEP_SHA_256',
    'RSA_AES_KEY_WRAP_SHA_1',
    'RSA_AES_KEY_WRAP_SHA_256',
  ] as const) {
    for (const spec of ['RSA_2048', 'RSA_3072'] as const) {
      test(`takes it wrapped with ${algorithm} under ${spec}`, async () => {
        const { KeyId } = await external();
        await importInto(kms, KeyId, randomBytes(32), {}, algorithm, spec);
        assert.equal(await stateOf(KeyId), 'Enabled');
      });
    }
  }

  test('takes the same material again at any time, and no other', async () => {
    const { KeyId, material } = await imported();
    await put(KeyId, material);
    await assert.rejects(put(KeyId, randomBytes(32)), incorrect);
    const ciphertext = await encrypt(KeyId);
    const { KeyMaterialId } = await remove(KeyId);
    assert.deepEqual([await stateOf(KeyId), (await metadata(KeyId)).ExpirationModel], ['PendingImport', undefined]);
    await remove(KeyId);
    await assert.rejects(put(KeyId, randomBytes(32)), incorrect);
    await assert.rejects(put(KeyId, material, { KeyMaterialId: 'a'.repeat(64) }), incorrect);
    const again = await put(KeyId, material, { KeyMaterialId, ImportType: 'EXISTING_KEY_MATERIAL' });
    assert.equal(again.KeyMaterialId, KeyMaterialId);
    assert.equal(await decrypt(ciphertext), 'kept');
  });

  for (const bytes of [16, 31, 33]) {
    test(`takes no ${bytes} bytes`, async () => {
      const { KeyId } = await external();
      await assert.rejects(put(KeyId, randomBytes(bytes)), incorrect);
      assert.equal(await stateOf(KeyId), 'PendingImport');
    });
  }

  test('stays disabled when the same material is imported again, and pending deletion when it is deleted', async () => {
    const { KeyId, material } = await imported();
    await kms.send(new DisableKeyCommand({ KeyId }));
    await put(KeyId, material);
    assert.equal(await stateOf(KeyId), 'Disabled');
    await kms.send(new EnableKeyCommand({ KeyId }));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await remove(KeyId);
    assert.equal(await stateOf(KeyId), 'PendingDeletion');
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    assert.equal(await stateOf(KeyId), 'PendingImport');
  });
});

describe('an import token', () => {
  const KeyMaterial = randomBytes(32);
  const parameters = (KeyId: string) =>
    kms.send(
      new GetParametersForImportCommand({
        KeyId,
        WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        WrappingKeySpec: 'RSA_2048',
      }),
    );
  const send = (KeyId: string, ImportToken: Uint8Array, EncryptedKeyMaterial: Uint8Array) =>
    kms.send(
      new ImportKeyMaterialCommand({
        KeyId,
        ImportToken,
        EncryptedKeyMaterial,
        ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      }),
    );

  test('is valid for 24 hours', async () => {
    const { KeyId, Arn } = await external();
    const given = await parameters(KeyId);
    assert.equal(given.KeyId, Arn);
    assert.ok(Math.abs(given.ParametersValidTo!.getTime() - now() - dayMs) < 5000);
    const wrapped = wrapFor(given.PublicKey!, 'RSAES_OAEP_SHA_256', KeyMaterial);
    await server.advance('25h');
    await assert.rejects(send(KeyId, given.ImportToken!, wrapped), { name: 'ExpiredImportTokenException' });
  });

  test('is for one key, and for the public key that came with it', async () => {
    const [one, other] = [await external(), await external()];
    const [ofOne, ofOther] = [await parameters(one.KeyId), await parameters(other.KeyId)];
    const wrapped = wrapFor(ofOne.PublicKey!, 'RSAES_OAEP_SHA_256', KeyMaterial);
    await assert.rejects(send(other.KeyId, ofOne.ImportToken!, wrapped), { name: 'InvalidImportTokenException' });
    await assert.rejects(send(other.KeyId, ofOther.ImportToken!, wrapped), { name: 'InvalidCiphertextException' });
    const altered = Buffer.from(ofOne.ImportToken!);
    altered[altered.length >> 1]! ^= 1;
    await assert.rejects(send(one.KeyId, altered, wrapped), { name: 'InvalidImportTokenException' });
    await assert.rejects(send(one.KeyId, Buffer.from('no token'), wrapped), { name: 'InvalidImportTokenException' });
    await assert.rejects(send(one.KeyId, ofOne.ImportToken!, wrapped.subarray(1)), {
      name: 'ValidationException',
      message: 'Invalid encrypted key size.',
    });
    wrapped[9]! ^= 1;
    await assert.rejects(send(one.KeyId, ofOne.ImportToken!, wrapped), { name: 'InvalidCiphertextException' });
  });

  test('with AES key wrap finds every altered byte', async () => {
    const { KeyId } = await external();
    const WrappingAlgorithm = 'RSA_AES_KEY_WRAP_SHA_256';
    const given = await kms.send(
      new GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' }),
    );
    const wrapped = wrapFor(given.PublicKey!, WrappingAlgorithm, KeyMaterial);
    for (let at = 256; at < wrapped.length; at += 5) {
      const altered = Buffer.from(wrapped);
      altered[at]! ^= 1;
      await assert.rejects(send(KeyId, given.ImportToken!, altered), { name: 'InvalidCiphertextException' });
    }
    await send(KeyId, given.ImportToken!, wrapped);
  });

  test('is made for wrapping algorithms and wrapping keys that fit', async () => {
    const { KeyId } = await external();
    const rsa = await external({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    const p521 = await external({ KeySpec: 'ECC_NIST_P521', KeyUsage: 'SIGN_VERIFY' });
    for (const [id, WrappingAlgorithm, WrappingKeySpec] of [
      [KeyId, 'RSAES_PKCS1_V1_5', 'RSA_2048'],
      [KeyId, 'SM2PKE', 'SM2'],
      [KeyId, 'RSAES_OAEP_SHA_256', 'SM2'],
      [rsa.KeyId, 'RSAES_OAEP_SHA_256', 'RSA_4096'],
      [p521.KeyId, 'RSAES_OAEP_SHA_1', 'RSA_2048'],
    ] as const) {
      const command = new GetParametersForImportCommand({ KeyId: id, WrappingAlgorithm, WrappingKeySpec });
      await assert.rejects(kms.send(command), { name: 'UnsupportedOperationException' });
    }
    const own = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
    await assert.rejects(parameters(own.KeyId!), {
      name: 'UnsupportedOperationException',
      message: `${own.Arn} origin is AWS_KMS which is not valid for this operation.`,
    });
  });
});

describe('imported material expires', () => {
  test('at its date, which the journal records, and comes back with a new one', async () => {
    const { KeyId, Arn } = await external();
    const material = randomBytes(32);
    const ValidTo = new Date(Math.floor((now() + 10 * dayMs) / 1000) * 1000);
    const expiring = { ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const, ValidTo };
    const { KeyMaterialId } = await put(KeyId, material, expiring);
    const described = await metadata(KeyId);
    assert.deepEqual([described.ExpirationModel, described.ValidTo], ['KEY_MATERIAL_EXPIRES', ValidTo]);
    const ciphertext = await encrypt(KeyId);
    await server.restart();
    kms = server.client(KMSClient);
    await server.advance('11d');
    assert.equal(await stateOf(KeyId), 'PendingImport');
    const event = (await server.journal('DeleteExpiredKeyMaterial')).at(-1)!;
    assert.deepEqual(
      [event.eventType, event.resources?.[0]?.ARN, event.serviceEventDetails],
      ['AwsServiceEvent', Arn, { keyId: KeyId, keyMaterialId: KeyMaterialId }],
    );
    await put(KeyId, material, { ...expiring, ValidTo: new Date(now() + dayMs) });
    assert.equal(await decrypt(ciphertext), 'kept');
    await put(KeyId, material);
    await server.advance('2d');
    assert.equal(await stateOf(KeyId), 'Enabled');
  });

  const refused: readonly [what: string, input: () => Partial<ImportKeyMaterialCommandInput>, message: RegExp][] = [
    ['without a date', () => ({ ExpirationModel: 'KEY_MATERIAL_EXPIRES' }), /^A validTo date must be set if the/],
    ['without a model or a date', () => ({ ExpirationModel: undefined }), /^A validTo date must be set if the/],
    [
      'in the past',
      () => ({ ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: new Date(now() - 1000) }),
      /in the future/,
    ],
    [
      'after more than 365 days',
      () => ({ ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: new Date(now() + 366 * dayMs) }),
      /365 days/,
    ],
    ['where it does not expire', () => ({ ValidTo: new Date(now() + dayMs) }), /ValidTo cannot be specified/],
  ];
  for (const [what, input, message] of refused) {
    test(`and not ${what}`, async () => {
      const { KeyId } = await external();
      await assert.rejects(put(KeyId, randomBytes(32), input()), { name: 'ValidationException', message });
    });
  }
});

describe('rotation of imported material', () => {
  test('makes new material current when it is told to, and the old goes on to decrypt', async () => {
    const { KeyId, Arn, material } = await imported();
    const old = await encrypt(KeyId);
    await assert.rejects(rotate(KeyId), {
      name: 'KMSInvalidStateException',
      message: `No available key material pending rotation for the key: ${Arn}.`,
    });
    await assert.rejects(put(KeyId, material, { ImportType: 'NEW_KEY_MATERIAL' }), incorrect);
    const second = randomBytes(32);
    const next = await put(KeyId, second, { ImportType: 'NEW_KEY_MATERIAL', KeyMaterialDescription: 'the second' });
    await assert.rejects(put(KeyId, randomBytes(32), { ImportType: 'NEW_KEY_MATERIAL' }), {
      name: 'KMSInvalidStateException',
      message: /is pending rotation\.$/,
    });
    const [first, pending] = await materials(KeyId);
    assert.deepEqual(pending, {
      KeyId,
      KeyMaterialId: next.KeyMaterialId,
      KeyMaterialState: 'PENDING_ROTATION',
      ImportState: 'IMPORTED',
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      KeyMaterialDescription: 'the second',
    });
    assert.deepEqual((await kms.send(new ListKeyRotationsCommand({ KeyId }))).Rotations, []);
    await rotate(KeyId);
    assert.equal((await metadata(KeyId)).CurrentKeyMaterialId, next.KeyMaterialId);
    const entries = await materials(KeyId);
    assert.deepEqual(
      entries.map(({ KeyMaterialState, RotationType }) => [KeyMaterialState, RotationType]),
      [
        ['NON_CURRENT', undefined],
        ['CURRENT', 'ON_DEMAND'],
      ],
    );
    const fresh = await encrypt(KeyId);
    await remove(KeyId, first!.KeyMaterialId);
    assert.equal(await stateOf(KeyId), 'PendingImport');
    assert.equal((await materials(KeyId))[0]!.ImportState, 'PENDING_IMPORT');
    await put(KeyId, material);
    assert.equal(await stateOf(KeyId), 'Enabled');
    for (const ciphertext of [old, fresh]) assert.equal(await decrypt(ciphertext), 'kept');
    assert.equal((await materials(KeyId))[1]!.KeyMaterialDescription, 'the second');
  });

  test('takes other material in place of that which was deleted before', async () => {
    const { KeyId } = await imported();
    const { KeyMaterialId } = await put(KeyId, randomBytes(32), { ImportType: 'NEW_KEY_MATERIAL' });
    await remove(KeyId, KeyMaterialId);
    assert.deepEqual([await stateOf(KeyId), (await materials(KeyId)).length], ['Enabled', 1]);
    await put(KeyId, randomBytes(32), { ImportType: 'NEW_KEY_MATERIAL' });
    await rotate(KeyId);
    assert.equal((await materials(KeyId)).length, 2);
  });

  test('is not for HMAC keys, nor are its members', async () => {
    const { KeyId } = await external({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    await assert.rejects(put(KeyId, randomBytes(32), { ImportType: 'NEW_KEY_MATERIAL' }), {
      name: 'ValidationException',
    });
    await put(KeyId, randomBytes(32));
    await assert.rejects(put(KeyId, randomBytes(32)), incorrect);
    await assert.rejects(rotate(KeyId), { name: 'UnsupportedOperationException' });
  });

  test('excludes an id of material that is new', async () => {
    const { KeyId } = await external();
    const given = { ImportType: 'NEW_KEY_MATERIAL' as const, KeyMaterialId: 'a'.repeat(64) };
    await assert.rejects(put(KeyId, randomBytes(32), given), { name: 'ValidationException' });
    await assert.rejects(remove(KeyId, 'a'.repeat(64)), { name: 'NotFoundException' });
  });
});

test('import can be held to wrapping, expiry model and date', async () => {
  const { KeyId } = await external();
  const user = await server.user('importer', {
    Effect: 'Allow',
    Action: ['kms:GetParametersForImport', 'kms:ImportKeyMaterial'],
    Resource: '*',
    Condition: {
      StringEqualsIfExists: {
        'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256',
        'kms:WrappingKeySpec': 'RSA_2048',
        'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES',
      },
      NumericLessThanIfExists: { 'kms:ValidTo': String(Math.floor(now() / 1000) + 3 * 86_400) },
    },
  });
  const importer = server.client(KMSClient, user);
  const denied = { name: 'AccessDeniedException' };
  const until = (days: number) => ({
    ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const,
    ValidTo: new Date(now() + days * dayMs),
  });
  await assert.rejects(importInto(importer, KeyId, randomBytes(32)), denied);
  await assert.rejects(importInto(importer, KeyId, randomBytes(32), until(4)), denied);
  await assert.rejects(importInto(importer, KeyId, randomBytes(32), until(2), 'RSAES_OAEP_SHA_1'), denied);
  await importInto(importer, KeyId, randomBytes(32), until(2));
});

test('no journal record shows a token or what was imported', async () => {
  const material = randomBytes(32);
  await imported(material);
  const journal = JSON.stringify(await server.journal());
  for (const encoding of ['base64', 'hex'] as const) assert.ok(!journal.includes(material.toString(encoding)));
  const [record] = (await server.journal('GetParametersForImport')).slice(-1);
  assert.deepEqual(
    Object.keys(record!.responseElements ?? {}).filter((name) => /token|publicKey/i.test(name)),
    [],
  );
});
