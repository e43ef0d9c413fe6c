import assert from 'node:assert/strict';
import { createPublicKey, hash, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  GetPublicKeyCommand,
  type KeySpec,
  KMSClient,
  type MessageType,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const message = Buffer.from('a message to be signed');
const wouldSucceed = { name: 'DryRunOperationException' };

interface Way {
  readonly algorithm: SigningAlgorithmSpec;
  readonly type: MessageType;
  readonly Message: Uint8Array;
}

const way = (algorithm: string, type: MessageType, Message: Uint8Array = message): Way => ({
  algorithm: algorithm as SigningAlgorithmSpec,
  type,
  Message,
});
const rawAndDigest = (algorithm: string): Way[] => [
  way(algorithm, 'RAW'),
  way(algorithm, 'DIGEST', hash(`sha${algorithm.slice(-3)}`, message, 'buffer')),
];
const rsa = ['256', '384', '512'].flatMap((bits) => [
  ...rawAndDigest(`RSASSA_PKCS1_V1_5_SHA_${bits}`),
  ...rawAndDigest(`RSASSA_PSS_SHA_${bits}`),
]);
const mlDsa = [way('ML_DSA_SHAKE_256', 'RAW'), way('ML_DSA_SHAKE_256', 'EXTERNAL_MU', Buffer.alloc(64, 7))];

/** Every signing key, its signatures' lengths where they are fixed, and every way to sign with it. */
const specs: readonly [spec: KeySpec, bytes: number | undefined, ways: readonly Way[]][] = [
  ['RSA_2048', 256, rsa],
  ['RSA_3072', 384, rsa],
  ['RSA_4096', 512, rsa],
  ['ECC_NIST_P256', undefined, rawAndDigest('ECDSA_SHA_256')],
  ['ECC_NIST_P384', undefined, rawAndDigest('ECDSA_SHA_384')],
  ['ECC_NIST_P521', undefined, rawAndDigest('ECDSA_SHA_512')],
  ['ECC_SECG_P256K1', undefined, rawAndDigest('ECDSA_SHA_256')],
  [
    'ECC_NIST_EDWARDS25519',
    64,
    [way('ED25519_SHA_512', 'RAW'), way('ED25519_PH_SHA_512', 'DIGEST', hash('sha512', message, 'buffer'))],
  ],
  ['ML_DSA_44', 2420, mlDsa],
  ['ML_DSA_65', 3309, mlDsa],
  ['ML_DSA_87', 4627, mlDsa],
];

const newKey = async (KeySpec: KeySpec) =>
  (await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }))).KeyMetadata!;

for (const [spec, bytes, ways] of specs) {
  describe(`a signing key of ${spec}`, async () => {
    const { KeyId, Arn, SigningAlgorithms } = await newKey(spec);

    test('lists its algorithms', () => {
      assert.deepEqual([...SigningAlgorithms!].sort(), [...new Set(ways.map(({ algorithm }) => algorithm))].sort());
    });

    for (const { algorithm, type, Message } of ways) {
      const input = { KeyId, SigningAlgorithm: algorithm, MessageType: type, Message };

      test(`signs and verifies: ${algorithm}, ${type}`, async () => {
        const { Signature, $metadata: _, ...rest } = await kms.send(new SignCommand(input));
        assert.deepEqual(rest, { KeyId: Arn, SigningAlgorithm: algorithm });
        if (bytes !== undefined) assert.equal(Signature!.length, bytes);
        const { $metadata: __, ...verified } = await kms.send(new VerifyCommand({ ...input, Signature }));
        assert.deepEqual(verified, { KeyId: Arn, SignatureValid: true, SigningAlgorithm: algorithm });
      });

      test(`refuses another message and an altered or cut signature: ${algorithm}, ${type}`, async () => {
        const { Signature } = await kms.send(new SignCommand(input));
        const altered = Uint8Array.from(Signature!);
        altered[Math.floor(altered.length / 2)]! ^= 1;
        const otherMessage = Uint8Array.from(Message);
        otherMessage[0]! ^= 1;
        const invalid = { name: 'KMSInvalidSignatureException' };
        for (const wrong of [
          { ...input, Signature: altered },
          { ...input, Signature: Signature!.subarray(1) },
          { ...input, Signature, Message: otherMessage },
        ]) {
          await assert.rejects(kms.send(new VerifyCommand(wrong)), invalid);
        }
      });
    }
  });
}

describe('a digest', () => {
  for (const [spec, algorithm] of [
    ['RSA_2048', 'RSASSA_PSS_SHA_384'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512'],
    ['ECC_NIST_P384', 'ECDSA_SHA_384'],
    ['ECC_NIST_P521', 'ECDSA_SHA_512'],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
  ] as const) {
    test(`is signed as the message that it is of: ${spec}, ${algorithm}`, async () => {
      const { KeyId } = await newKey(spec);
      const digest = hash(`sha${algorithm.slice(-3)}`, message, 'buffer');
      const asMessage = { KeyId, SigningAlgorithm: algorithm, Message: message };
      const asDigest = { KeyId, SigningAlgorithm: algorithm, Message: digest, MessageType: 'DIGEST' } as const;
      const one = await kms.send(new SignCommand(asDigest));
      await kms.send(new VerifyCommand({ ...asMessage, Signature: one.Signature }));
      const other = await kms.send(new SignCommand(asMessage));
      await kms.send(new VerifyCommand({ ...asDigest, Signature: other.Signature }));
    });
  }

  test('of zeros, or larger than the order of the curve, is signed like any other', async () => {
    const { KeyId } = await newKey('ECC_NIST_P256');
    for (const byte of [0, 0xff]) {
      const input = {
        KeyId,
        SigningAlgorithm: 'ECDSA_SHA_256',
        Message: Buffer.alloc(32, byte),
        MessageType: 'DIGEST',
      } as const;
      const { Signature } = await kms.send(new SignCommand(input));
      await kms.send(new VerifyCommand({ ...input, Signature }));
    }
  });
});

describe('Sign refuses', async () => {
  const [ec, ed, ml, rsaKey] = await Promise.all(
    (['ECC_NIST_P256', 'ECC_NIST_EDWARDS25519', 'ML_DSA_44', 'RSA_2048'] as const).map(newKey),
  );
  const encrypting = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
  const rows: readonly [what: string, key: typeof ec, way: Way, name: string, message: string][] = [
    [
      'a digest of another length',
      ec,
      way('ECDSA_SHA_256', 'DIGEST', Buffer.alloc(31)),
      'ValidationException',
      'Digest is invalid length for algorithm ECDSA_SHA_256.',
    ],
    [
      'a representative of another length',
      ml,
      way('ML_DSA_SHAKE_256', 'EXTERNAL_MU', Buffer.alloc(32)),
      'ValidationException',
      'Digest is invalid length for algorithm ML_DSA_SHAKE_256.',
    ],
    [
      'a digest where the whole message is signed',
      ed,
      way('ED25519_SHA_512', 'DIGEST', Buffer.alloc(64)),
      'ValidationException',
      'Message type DIGEST is incompatible with algorithm ED25519_SHA_512.',
    ],
    [
      'a message where a digest is signed',
      ed,
      way('ED25519_PH_SHA_512', 'RAW'),
      'ValidationException',
      'Message type RAW is incompatible with algorithm ED25519_PH_SHA_512.',
    ],
    [
      'a digest under ML-DSA',
      ml,
      way('ML_DSA_SHAKE_256', 'DIGEST', Buffer.alloc(64)),
      'ValidationException',
      'Message type DIGEST is incompatible with key spec ML_DSA_44.',
    ],
    [
      'a representative under RSA',
      rsaKey,
      way('RSASSA_PSS_SHA_256', 'EXTERNAL_MU', Buffer.alloc(64)),
      'ValidationException',
      'Message type EXTERNAL_MU is incompatible with key spec RSA_2048.',
    ],
    [
      'an algorithm of another spec',
      ec,
      way('ECDSA_SHA_384', 'RAW'),
      'InvalidKeyUsageException',
      'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
    ],
    [
      'a key of another usage',
      encrypting,
      way('ECDSA_SHA_256', 'RAW'),
      'InvalidKeyUsageException',
      `${encrypting.Arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
    ],
  ];
  for (const [what, key, { algorithm, type, Message }, name, text] of rows) {
    test(what, () =>
      assert.rejects(
        kms.send(new SignCommand({ KeyId: key!.KeyId, SigningAlgorithm: algorithm, MessageType: type, Message })),
        { name, message: text },
      ),
    );
  }

  test('more than 4,096 bytes', async () => {
    const input = { KeyId: ec!.KeyId, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    await kms.send(new SignCommand({ ...input, Message: Buffer.alloc(4096) }));
    await assert.rejects(kms.send(new SignCommand({ ...input, Message: Buffer.alloc(4097) })), {
      name: 'ValidationException',
    });
  });

  test('a disabled key', async () => {
    const { KeyId, Arn } = await newKey('ECC_NIST_P256');
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    const { Signature } = await kms.send(
      new SignCommand({ KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message: message }),
    );
    await kms.send(new DisableKeyCommand({ KeyId }));
    const disabled = { name: 'DisabledException', message: `${Arn} is disabled.` };
    const input = { KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message: message } as const;
    await assert.rejects(kms.send(new SignCommand(input)), disabled);
    await assert.rejects(kms.send(new VerifyCommand({ ...input, Signature })), disabled);
    await assert.rejects(kms.send(new GetPublicKeyCommand({ KeyId })), disabled);
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
    assert.ok(verify('sha256', message, key, Signature!), 'the public key that was taken out goes on verifying');
  });
});

test('a dry run signs and verifies nothing, and says what is wrong', async () => {
  const { KeyId } = await newKey('ECC_NIST_P256');
  const input = { KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message: message } as const;
  const { Signature } = await kms.send(new SignCommand(input));
  await assert.rejects(kms.send(new SignCommand({ ...input, DryRun: true })), wouldSucceed);
  await assert.rejects(kms.send(new VerifyCommand({ ...input, Signature, DryRun: true })), wouldSucceed);
  const other = { ...input, Message: Buffer.from('other'), Signature, DryRun: true };
  await assert.rejects(kms.send(new VerifyCommand(other)), { name: 'KMSInvalidSignatureException' });
});
