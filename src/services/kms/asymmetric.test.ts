import assert from 'node:assert/strict';
import {
  constants,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
} from 'node:crypto';
import { describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  DeriveSharedSecretCommand,
  DescribeKeyCommand,
  EncryptCommand,
  type EncryptionAlgorithmSpec,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
let kms = server.client(KMSClient);
const Plaintext = Buffer.from('attack at dawn');
const dry = { DryRun: true };
const wouldSucceed = { name: 'DryRunOperationException' };

const newKey = async (KeySpec: KeySpec, KeyUsage: KeyUsageType) =>
  (await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }))).KeyMetadata!;
const readPublic = (der: Uint8Array | undefined) =>
  createPublicKey({ key: Buffer.from(der!), format: 'der', type: 'spki' });
const readPrivate = (der: Uint8Array | undefined) =>
  createPrivateKey({ key: Buffer.from(der!), format: 'der', type: 'pkcs8' });

describe('CreateKey', () => {
  const rows: readonly [KeySpec, KeyUsageType, object][] = [
    ['RSA_3072', 'ENCRYPT_DECRYPT', { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] }],
    ['ECC_NIST_P521', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_512'] }],
    ['ECC_NIST_P384', 'KEY_AGREEMENT', { KeyAgreementAlgorithms: ['ECDH'] }],
    ['HMAC_384', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_384'] }],
    ['ML_DSA_65', 'SIGN_VERIFY', { SigningAlgorithms: ['ML_DSA_SHAKE_256'] }],
    ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', { SigningAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] }],
  ];
  for (const [spec, usage, lists] of rows) {
    test(`describes a key of ${spec} for ${usage}: its algorithms, and no material id`, async () => {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: spec, KeyUsage: usage }));
      const { AWSAccountId: _, Arn, CreationDate: __, KeyId, ...rest } = KeyMetadata!;
      const legacy = !/^ML_|EDWARDS/.test(spec);
      assert.deepEqual(rest, {
        ...lists,
        ...(legacy && { CustomerMasterKeySpec: spec }),
        Description: '',
        Enabled: true,
        KeyManager: 'CUSTOMER',
        KeySpec: spec,
        KeyState: 'Enabled',
        KeyUsage: usage,
        MultiRegion: false,
        Origin: 'AWS_KMS',
      });
      const { KeyMetadata: described } = await kms.send(new DescribeKeyCommand({ KeyId }));
      assert.deepEqual(described, KeyMetadata);
      if (usage === 'GENERATE_VERIFY_MAC') return;
      const { PublicKey, $metadata: ___, ...shown } = await kms.send(new GetPublicKeyCommand({ KeyId }));
      const same = { ...lists, ...(legacy && { CustomerMasterKeySpec: spec }), KeySpec: spec, KeyUsage: usage };
      assert.deepEqual(shown, { ...same, KeyId: Arn });
      assert.equal(readPublic(PublicKey).type, 'public');
    });
  }

  test('makes many slow keys at the same time, each once', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => newKey('RSA_2048', 'SIGN_VERIFY')));
    const keys = await Promise.all(made.map(({ KeyId }) => kms.send(new GetPublicKeyCommand({ KeyId }))));
    assert.equal(new Set(keys.map(({ PublicKey }) => Buffer.from(PublicKey!).toString('base64'))).size, 6);
  });
});

describe('RSA encryption', async () => {
  for (const [spec, algorithm, bytes] of [
    ['RSA_2048', 'RSAES_OAEP_SHA_1', 214],
    ['RSA_2048', 'RSAES_OAEP_SHA_256', 190],
    ['RSA_3072', 'RSAES_OAEP_SHA_1', 342],
    ['RSA_3072', 'RSAES_OAEP_SHA_256', 318],
    ['RSA_4096', 'RSAES_OAEP_SHA_1', 470],
    ['RSA_4096', 'RSAES_OAEP_SHA_256', 446],
  ] as const) {
    test(`${spec} with ${algorithm} takes ${bytes} bytes and no more`, async () => {
      const { KeyId, Arn } = await newKey(spec, 'ENCRYPT_DECRYPT');
      const input = { KeyId, EncryptionAlgorithm: algorithm };
      const most = Buffer.alloc(bytes, 1);
      const { CiphertextBlob, ...encrypted } = await kms.send(new EncryptCommand({ ...input, Plaintext: most }));
      assert.deepEqual([encrypted.KeyId, encrypted.EncryptionAlgorithm], [Arn, algorithm]);
      const { $metadata: _, ...decrypted } = await kms.send(new DecryptCommand({ ...input, CiphertextBlob }));
      assert.deepEqual(decrypted, { KeyId: Arn, EncryptionAlgorithm: algorithm, Plaintext: new Uint8Array(most) });
      await assert.rejects(kms.send(new EncryptCommand({ ...input, Plaintext: Buffer.alloc(bytes + 1) })), {
        name: 'ValidationException',
        message: `Algorithm ${algorithm} and key spec ${spec} cannot encrypt data larger than ${bytes} bytes.`,
      });
    });
  }

  const { KeyId, Arn } = await newKey('RSA_2048', 'ENCRYPT_DECRYPT');
  const input = { KeyId, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' as EncryptionAlgorithmSpec };

  test('decrypts what somebody else encrypted to the public key', async () => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    for (const [EncryptionAlgorithm, oaepHash] of [
      ['RSAES_OAEP_SHA_1', 'sha1'],
      ['RSAES_OAEP_SHA_256', 'sha256'],
    ] as const) {
      const key = { key: readPublic(PublicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
      const CiphertextBlob = publicEncrypt(key, Plaintext);
      const answer = await kms.send(new DecryptCommand({ KeyId, EncryptionAlgorithm, CiphertextBlob }));
      assert.equal(Buffer.from(answer.Plaintext!).toString(), Plaintext.toString());
    }
  });

  test('refuses altered ciphertexts, the other algorithm, and a missing key, without telling why', async () => {
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ ...input, Plaintext }));
    const invalid = { name: 'InvalidCiphertextException' };
    const altered = Uint8Array.from(CiphertextBlob!);
    altered[100]! ^= 1;
    const other = 'RSAES_OAEP_SHA_1' as const;
    for (const wrong of [
      { ...input, CiphertextBlob: altered },
      { ...input, CiphertextBlob: CiphertextBlob!.subarray(1) },
      { ...input, CiphertextBlob, EncryptionAlgorithm: other },
    ]) {
      await assert.rejects(kms.send(new DecryptCommand(wrong)), invalid);
    }
    const withoutKey = { CiphertextBlob, EncryptionAlgorithm: input.EncryptionAlgorithm };
    await assert.rejects(kms.send(new DecryptCommand(withoutKey)), { name: 'ValidationException' });
    await assert.rejects(kms.send(new DecryptCommand({ KeyId, CiphertextBlob })), {
      name: 'InvalidKeyUsageException',
      message: 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    });
  });

  test('takes no encryption context', async () => {
    const refusal = { name: 'ValidationException' };
    const EncryptionContext = { a: 'b' };
    await assert.rejects(kms.send(new EncryptCommand({ ...input, Plaintext, EncryptionContext })), refusal);
    const CiphertextBlob = Buffer.alloc(256);
    await assert.rejects(kms.send(new DecryptCommand({ ...input, CiphertextBlob, EncryptionContext })), refusal);
  });

  test('is re-encrypted to symmetric keys and back', async () => {
    const symmetric = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ ...input, Plaintext }));
    const from = { SourceKeyId: KeyId, SourceEncryptionAlgorithm: input.EncryptionAlgorithm, CiphertextBlob };
    const there = await kms.send(new ReEncryptCommand({ ...from, DestinationKeyId: symmetric.KeyId }));
    assert.deepEqual(
      [there.SourceKeyId, there.KeyId, there.SourceKeyMaterialId, there.DestinationKeyMaterialId],
      [Arn, symmetric.Arn, undefined, symmetric.CurrentKeyMaterialId],
    );
    const to = { DestinationKeyId: KeyId, DestinationEncryptionAlgorithm: input.EncryptionAlgorithm };
    const back = await kms.send(new ReEncryptCommand({ ...to, CiphertextBlob: there.CiphertextBlob }));
    const answer = await kms.send(new DecryptCommand({ ...input, CiphertextBlob: back.CiphertextBlob }));
    assert.equal(Buffer.from(answer.Plaintext!).toString(), Plaintext.toString());
    const large = await kms.send(new EncryptCommand({ KeyId: symmetric.KeyId, Plaintext: Buffer.alloc(191) }));
    await assert.rejects(kms.send(new ReEncryptCommand({ ...to, CiphertextBlob: large.CiphertextBlob })), {
      name: 'ValidationException',
    });
  });

  test('can be tried without effect', async () => {
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ ...input, Plaintext }));
    await assert.rejects(kms.send(new EncryptCommand({ ...input, Plaintext, ...dry })), wouldSucceed);
    await assert.rejects(kms.send(new DecryptCommand({ ...input, CiphertextBlob, ...dry })), wouldSucceed);
    const ignoring = { CiphertextBlob: undefined, DryRunModifiers: ['IGNORE_CIPHERTEXT' as const] };
    await assert.rejects(kms.send(new DecryptCommand({ ...input, ...ignoring, ...dry })), wouldSucceed);
    const tooLong = { ...input, Plaintext: Buffer.alloc(191), ...dry };
    await assert.rejects(kms.send(new EncryptCommand(tooLong)), { name: 'ValidationException' });
  });

  test('makes no data keys', () =>
    assert.rejects(kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })), {
      name: 'InvalidKeyUsageException',
    }));
});

describe('DeriveSharedSecret', () => {
  for (const [spec, namedCurve] of [
    ['ECC_NIST_P256', 'P-256'],
    ['ECC_NIST_P384', 'P-384'],
    ['ECC_NIST_P521', 'P-521'],
  ] as const) {
    test(`gives both sides the same secret: ${spec}`, async () => {
      const { KeyId, Arn } = await newKey(spec, 'KEY_AGREEMENT');
      const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
      const mine = generateKeyPairSync('ec', { namedCurve });
      const {
        SharedSecret,
        $metadata: _,
        ...rest
      } = await kms.send(
        new DeriveSharedSecretCommand({
          KeyId,
          KeyAgreementAlgorithm: 'ECDH',
          PublicKey: mine.publicKey.export({ format: 'der', type: 'spki' }),
        }),
      );
      const expected = diffieHellman({ privateKey: mine.privateKey, publicKey: readPublic(PublicKey) });
      assert.ok(expected.equals(SharedSecret!));
      assert.deepEqual(rest, { KeyId: Arn, KeyAgreementAlgorithm: 'ECDH', KeyOrigin: 'AWS_KMS' });
    });
  }

  test('refuses what is no public key on its curve, and a key that signs', async () => {
    const { KeyId } = await newKey('ECC_NIST_P256', 'KEY_AGREEMENT');
    const elsewhere = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    const good = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });
    const offCurve = Buffer.from(good);
    offCurve[offCurve.length - 1]! ^= 1;
    const ecdh = { KeyId, KeyAgreementAlgorithm: 'ECDH' } as const;
    for (const PublicKey of [elsewhere.export({ format: 'der', type: 'spki' }), offCurve, Buffer.from('no key')]) {
      await assert.rejects(kms.send(new DeriveSharedSecretCommand({ ...ecdh, PublicKey })), {
        name: 'ValidationException',
      });
    }
    await assert.rejects(kms.send(new DeriveSharedSecretCommand({ ...ecdh, PublicKey: good, ...dry })), wouldSucceed);
    const signing = await newKey('ECC_NIST_P256', 'SIGN_VERIFY');
    await assert.rejects(kms.send(new DeriveSharedSecretCommand({ ...ecdh, KeyId: signing.KeyId, PublicKey: good })), {
      name: 'InvalidKeyUsageException',
      message: `${signing.Arn} key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret.`,
    });
  });
});

describe('GenerateDataKeyPair', async () => {
  const { KeyId, Arn, CurrentKeyMaterialId } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
  const EncryptionContext = { purpose: 'pairs' };

  for (const [spec, type, detail] of [
    ['RSA_2048', 'rsa', { modulusLength: 2048, publicExponent: 65_537n }],
    ['ECC_NIST_P256', 'ec', { namedCurve: 'prime256v1' }],
    ['ECC_NIST_P384', 'ec', { namedCurve: 'secp384r1' }],
    ['ECC_NIST_P521', 'ec', { namedCurve: 'secp521r1' }],
    ['ECC_SECG_P256K1', 'ec', { namedCurve: 'secp256k1' }],
    ['ECC_NIST_EDWARDS25519', 'ed25519', {}],
  ] as const) {
    test(`makes a pair of ${spec}, and Decrypt brings its private key back`, async () => {
      const request = { KeyId, KeyPairSpec: spec, EncryptionContext };
      const {
        PrivateKeyPlaintext,
        PrivateKeyCiphertextBlob,
        PublicKey,
        $metadata: _,
        ...rest
      } = await kms.send(new GenerateDataKeyPairCommand(request));
      assert.deepEqual(rest, { KeyId: Arn, KeyPairSpec: spec, KeyMaterialId: CurrentKeyMaterialId });
      const key = readPrivate(PrivateKeyPlaintext);
      assert.equal(key.asymmetricKeyType, type);
      assert.deepEqual({ ...key.asymmetricKeyDetails }, detail);
      assert.ok(createPublicKey(key).equals(readPublic(PublicKey)));
      const blob = { CiphertextBlob: PrivateKeyCiphertextBlob, EncryptionContext };
      const { Plaintext: decrypted } = await kms.send(new DecryptCommand(blob));
      assert.deepEqual(decrypted, PrivateKeyPlaintext);

      const hidden = await kms.send(new GenerateDataKeyPairWithoutPlaintextCommand(request));
      assert.ok(!('PrivateKeyPlaintext' in hidden));
      const later = await kms.send(
        new DecryptCommand({ CiphertextBlob: hidden.PrivateKeyCiphertextBlob, EncryptionContext }),
      );
      assert.ok(createPublicKey(readPrivate(later.Plaintext)).equals(readPublic(hidden.PublicKey)));
    });
  }

  test('refuses keys that are not symmetric, and pairs of the China Regions', async () => {
    const rsa = await newKey('RSA_2048', 'ENCRYPT_DECRYPT');
    const wrongKey = new GenerateDataKeyPairCommand({ KeyId: rsa.KeyId, KeyPairSpec: 'RSA_2048' });
    await assert.rejects(kms.send(wrongKey), { name: 'InvalidKeyUsageException' });
    const sm2 = new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'SM2' });
    await assert.rejects(kms.send(sm2), { name: 'ValidationException' });
    const tried = { KeyId, KeyPairSpec: 'RSA_4096', ...dry } as const;
    await assert.rejects(kms.send(new GenerateDataKeyPairCommand(tried)), wouldSucceed);
    await assert.rejects(kms.send(new GenerateDataKeyPairWithoutPlaintextCommand(tried)), wouldSucceed);
  });
});

test('a restart keeps asymmetric keys', async () => {
  const { KeyId } = await newKey('RSA_2048', 'ENCRYPT_DECRYPT');
  const input = { KeyId, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const;
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ ...input, Plaintext }));
  const before = await kms.send(new GetPublicKeyCommand({ KeyId }));
  await server.restart();
  kms = server.client(KMSClient);
  const after = await kms.send(new GetPublicKeyCommand({ KeyId }));
  assert.deepEqual(after.PublicKey, before.PublicKey);
  const answer = await kms.send(new DecryptCommand({ ...input, CiphertextBlob }));
  assert.equal(Buffer.from(answer.Plaintext!).toString(), Plaintext.toString());
});
