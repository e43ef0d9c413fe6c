import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  type DecryptCommandInput,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  type EncryptCommandInput,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
const { KeyId, Arn, CurrentKeyMaterialId } = await newKey();
const other = await newKey();
const secret = Buffer.from('attack at dawn');

const encrypt = (input: Partial<EncryptCommandInput> = {}) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: secret, ...input }));
const decrypt = (input: DecryptCommandInput) => kms.send(new DecryptCommand(input));
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes!).toString();

describe('Encrypt and Decrypt', () => {
  test('give the plaintext back without naming the key again, and name it by its ARN', async () => {
    const { CiphertextBlob, $metadata: _, ...encrypted } = await encrypt();
    assert.deepEqual(encrypted, { KeyId: Arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    const { Plaintext, $metadata: __, ...decrypted } = await decrypt({ CiphertextBlob });
    assert.equal(text(Plaintext), secret.toString());
    assert.deepEqual(decrypted, {
      KeyId: Arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: CurrentKeyMaterialId,
    });
  });

  test('bind the encryption context, in any order', async () => {
    const { CiphertextBlob } = await encrypt({ EncryptionContext: { dept: 'hr', year: '2026' } });
    const { Plaintext } = await decrypt({ CiphertextBlob, EncryptionContext: { year: '2026', dept: 'hr' } });
    assert.equal(text(Plaintext), secret.toString());
  });

  for (const context of [undefined, { dept: 'HR' }, { Dept: 'hr' }, { dept: 'hr', year: '2026' }]) {
    test(`refuse another encryption context: ${JSON.stringify(context)}`, async () => {
      const { CiphertextBlob } = await encrypt({ EncryptionContext: { dept: 'hr' } });
      await assert.rejects(decrypt({ CiphertextBlob, EncryptionContext: context }), {
        name: 'InvalidCiphertextException',
      });
    });
  }

  test('take 4096 bytes and no more', async () => {
    const { CiphertextBlob } = await encrypt({ Plaintext: Buffer.alloc(4096, 1) });
    assert.equal((await decrypt({ CiphertextBlob })).Plaintext!.length, 4096);
    await assert.rejects(encrypt({ Plaintext: Buffer.alloc(4097) }), {
      name: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    });
  });

  test('take an encryption context of 8192 bytes and no more', async () => {
    const context = { key: 'x'.repeat(8189) };
    const { CiphertextBlob } = await encrypt({ EncryptionContext: context });
    assert.equal(text((await decrypt({ CiphertextBlob, EncryptionContext: context })).Plaintext), secret.toString());
    await assert.rejects(encrypt({ EncryptionContext: { key: 'x'.repeat(8190) } }), { name: 'ValidationException' });
  });

  test('refuse a bit flipped in any byte, without a word why', async () => {
    const { CiphertextBlob } = await encrypt();
    for (let at = 0; at < CiphertextBlob!.length; at += 7) {
      const flipped = Uint8Array.from(CiphertextBlob!);
      flipped[at]! ^= 1;
      await assert.rejects(
        decrypt({ CiphertextBlob: flipped }),
        (error: Error & { $response?: { body?: unknown } }) => {
          assert.equal(error.name, 'InvalidCiphertextException', `byte ${at}`);
          assert.ok(error.message === '' || error.message === 'UnknownError', error.message);
          return true;
        },
      );
    }
  });

  test('refuse a ciphertext of another key than the one named', async () => {
    const { CiphertextBlob } = await encrypt();
    await assert.rejects(decrypt({ CiphertextBlob, KeyId: other.KeyId }), {
      name: 'IncorrectKeyException',
      message: 'The key ID in the request does not identify a CMK that can perform this operation.',
    });
  });

  test('refuse an algorithm that the key does not have', async () => {
    await assert.rejects(encrypt({ EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }), {
      name: 'InvalidKeyUsageException',
      message: 'Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
    });
  });

  test('need a ciphertext', async () => {
    await assert.rejects(decrypt({ CiphertextBlob: undefined }), {
      name: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    });
  });

  test('a ciphertext does not decrypt in another Region, and does not tell that its key is elsewhere', async () => {
    const { CiphertextBlob } = await encrypt();
    const elsewhere = server.client(KMSClient, undefined, 'eu-west-1');
    await assert.rejects(elsewhere.send(new DecryptCommand({ CiphertextBlob })), {
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::111122223333:root is not authorized to perform: kms:Decrypt on the resource associated with this ' +
        'ciphertext because the resource does not exist in this Region, no resource-based policies allow access, ' +
        'or a resource-based policy explicitly denies access',
    });
  });
});

test('a disabled key does nothing until it is enabled again', async () => {
  const { KeyId, Arn } = await newKey();
  const { CiphertextBlob } = await encrypt({ KeyId });
  await kms.send(new DisableKeyCommand({ KeyId }));
  const disabled = { name: 'DisabledException', message: `${Arn} is disabled.` };
  await assert.rejects(encrypt({ KeyId }), disabled);
  await assert.rejects(decrypt({ CiphertextBlob }), disabled);
  await assert.rejects(kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })), disabled);
  await assert.rejects(kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: other.KeyId })), disabled);
  await kms.send(new EnableKeyCommand({ KeyId }));
  assert.equal(text((await decrypt({ CiphertextBlob })).Plaintext), secret.toString());
});

describe('ReEncrypt', () => {
  test('moves a ciphertext to another key and encryption context', async () => {
    const { CiphertextBlob: before } = await encrypt({ EncryptionContext: { from: 'a' } });
    const {
      CiphertextBlob,
      $metadata: _,
      ...rest
    } = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob: before,
        SourceEncryptionContext: { from: 'a' },
        DestinationKeyId: other.KeyId,
        DestinationEncryptionContext: { to: 'b' },
      }),
    );
    assert.deepEqual(rest, {
      SourceKeyId: Arn,
      KeyId: other.Arn,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      SourceKeyMaterialId: CurrentKeyMaterialId,
      DestinationKeyMaterialId: other.CurrentKeyMaterialId,
    });
    const { Plaintext, KeyId } = await decrypt({ CiphertextBlob, EncryptionContext: { to: 'b' } });
    assert.deepEqual([text(Plaintext), KeyId], [secret.toString(), other.Arn]);
  });

  test('refuses the wrong source context and the wrong source key', async () => {
    const { CiphertextBlob } = await encrypt();
    const toOther = { CiphertextBlob, DestinationKeyId: other.KeyId };
    await assert.rejects(kms.send(new ReEncryptCommand({ ...toOther, SourceEncryptionContext: { a: 'b' } })), {
      name: 'InvalidCiphertextException',
    });
    await assert.rejects(kms.send(new ReEncryptCommand({ ...toOther, SourceKeyId: other.KeyId })), {
      name: 'IncorrectKeyException',
    });
  });

  test('refuses a destination that cannot be used', async () => {
    const { CiphertextBlob } = await encrypt();
    const disabled = await newKey();
    await kms.send(new DisableKeyCommand({ KeyId: disabled.KeyId }));
    await assert.rejects(kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: disabled.KeyId })), {
      name: 'DisabledException',
      message: `${disabled.Arn} is disabled.`,
    });
  });
});

describe('GenerateDataKey', () => {
  for (const [length, bytes] of [
    [{ KeySpec: 'AES_256' as const }, 32],
    [{ KeySpec: 'AES_128' as const }, 16],
    [{ NumberOfBytes: 1024 }, 1024],
  ] as const) {
    test(`returns ${bytes} bytes, and the same encrypted: ${JSON.stringify(length)}`, async () => {
      const EncryptionContext = { file: '7' };
      const made = await kms.send(new GenerateDataKeyCommand({ KeyId, EncryptionContext, ...length }));
      assert.equal(made.Plaintext!.length, bytes);
      assert.deepEqual([made.KeyId, made.KeyMaterialId], [Arn, CurrentKeyMaterialId]);
      const { Plaintext } = await decrypt({ CiphertextBlob: made.CiphertextBlob, EncryptionContext });
      assert.deepEqual(Plaintext, made.Plaintext);
    });
  }

  test('without plaintext returns it encrypted only', async () => {
    const made = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_128' }));
    assert.ok(!('Plaintext' in made));
    assert.equal((await decrypt({ CiphertextBlob: made.CiphertextBlob })).Plaintext!.length, 16);
  });

  for (const length of [{}, { KeySpec: 'AES_256' as const, NumberOfBytes: 32 }]) {
    test(`needs either a spec or a length: ${JSON.stringify(length)}`, async () => {
      const refusal = { name: 'ValidationException', message: 'Please specify either number of bytes or key spec.' };
      await assert.rejects(kms.send(new GenerateDataKeyCommand({ KeyId, ...length })), refusal);
      await assert.rejects(kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, ...length })), refusal);
    });
  }
});

describe('GenerateRandom', () => {
  for (const NumberOfBytes of [1, 1024]) {
    test(`returns ${NumberOfBytes} bytes`, async () => {
      assert.equal((await kms.send(new GenerateRandomCommand({ NumberOfBytes }))).Plaintext!.length, NumberOfBytes);
    });
  }

  const refusals: readonly [input: object, name: string, message: string][] = [
    [{}, 'ValidationException', 'NumberOfBytes is required.'],
    [
      { NumberOfBytes: 1025 },
      'ValidationException',
      "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
    ],
    [
      { NumberOfBytes: 1, CustomKeyStoreId: 'cks-1' },
      'CustomKeyStoreNotFoundException',
      'Custom key store cks-1 does not exist.',
    ],
  ];
  for (const [input, name, message] of refusals) {
    test(`refuses ${JSON.stringify(input)}`, () =>
      assert.rejects(kms.send(new GenerateRandomCommand(input)), { name, message }));
  }
});

describe('DryRun', () => {
  const dry = { DryRun: true };
  const wouldSucceed = {
    name: 'DryRunOperationException',
    message: 'The request would have succeeded, but the DryRun parameter is set.',
  };

  test('says that a good request would have succeeded', async () => {
    const { CiphertextBlob } = await encrypt();
    await assert.rejects(encrypt(dry), wouldSucceed);
    await assert.rejects(decrypt({ CiphertextBlob, ...dry }), wouldSucceed);
    const toOther = { CiphertextBlob, DestinationKeyId: other.KeyId, ...dry };
    await assert.rejects(kms.send(new ReEncryptCommand(toOther)), wouldSucceed);
    await assert.rejects(kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', ...dry })), wouldSucceed);
    const withoutPlaintext = new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256', ...dry });
    await assert.rejects(kms.send(withoutPlaintext), wouldSucceed);
  });

  test('says what else is wrong', async () => {
    const { CiphertextBlob } = await encrypt();
    await assert.rejects(decrypt({ CiphertextBlob, KeyId: other.KeyId, ...dry }), { name: 'IncorrectKeyException' });
    await assert.rejects(kms.send(new GenerateDataKeyCommand({ KeyId, ...dry })), { name: 'ValidationException' });
  });

  test('can leave the ciphertext out where the key is named', async () => {
    const ignoring = { ...dry, DryRunModifiers: ['IGNORE_CIPHERTEXT' as const], CiphertextBlob: undefined };
    await assert.rejects(decrypt({ ...ignoring, KeyId }), wouldSucceed);
    await assert.rejects(decrypt(ignoring), { name: 'ValidationException' });
    await assert.rejects(decrypt({ ...ignoring, KeyId, DryRun: false }), { name: 'ValidationException' });
  });
});
