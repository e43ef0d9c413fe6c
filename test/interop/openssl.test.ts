import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, hash, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  CreateKeyCommand,
  type DataKeyPairSpec,
  DecryptCommand,
  DeriveSharedSecretCommand,
  EncryptCommand,
  GenerateDataKeyPairCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
  type MacAlgorithmSpec,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { wrapKeyPair, wrapMaterial } from '../../src/services/kms/key-material.ts';
import { keyRecords } from '../../src/services/kms/key-record.ts';
import { testServer } from '../../src/testing/server.ts';

/** openssl checks what the server makes, and the server what openssl makes. */

const version = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '';
const skip = version === '' ? 'openssl is not installed' : false;
const [major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
const withoutMlDsa = skip || (major > 3 || (major === 3 && minor >= 5) ? false : `${version.trim()} has no ML-DSA`);

const directory = mkdtempSync(join(tmpdir(), 'bulwark-openssl-'));
after(() => rmSync(directory, { recursive: true }));
const file = (name: string, bytes?: Uint8Array): string => {
  if (bytes) writeFileSync(join(directory, name), bytes);
  return join(directory, name);
};
const openssl = (...args: readonly string[]): Buffer =>
  execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });

const server = await testServer();
const kms = server.client(KMSClient);
const message = Buffer.from('a message that two programs agree on');
file('message', message);

const newKey = async (KeySpec: KeySpec, KeyUsage: KeyUsageType) => {
  const { KeyId } = (await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }))).KeyMetadata!;
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
  file('public.der', PublicKey!);
  return KeyId!;
};

const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest', '-sigopt'];
const rsaAlgorithms: readonly [SigningAlgorithmSpec, hash: string, options: readonly string[]][] = [
  ['RSASSA_PKCS1_V1_5_SHA_256', 'sha256', []],
  ['RSASSA_PKCS1_V1_5_SHA_384', 'sha384', []],
  ['RSASSA_PKCS1_V1_5_SHA_512', 'sha512', []],
  ['RSASSA_PSS_SHA_256', 'sha256', [...pss, 'rsa_mgf1_md:sha256']],
  ['RSASSA_PSS_SHA_384', 'sha384', [...pss, 'rsa_mgf1_md:sha384']],
  ['RSASSA_PSS_SHA_512', 'sha512', [...pss, 'rsa_mgf1_md:sha512']],
];
const signers: readonly [KeySpec, typeof rsaAlgorithms][] = [
  ['RSA_2048', rsaAlgorithms],
  ['RSA_3072', rsaAlgorithms],
  ['RSA_4096', rsaAlgorithms],
  ['ECC_NIST_P256', [['ECDSA_SHA_256', 'sha256', []]]],
  ['ECC_NIST_P384', [['ECDSA_SHA_384', 'sha384', []]]],
  ['ECC_NIST_P521', [['ECDSA_SHA_512', 'sha512', []]]],
  ['ECC_SECG_P256K1', [['ECDSA_SHA_256', 'sha256', []]]],
];

describe('openssl verifies', { skip }, () => {
  for (const [spec, algorithms] of signers) {
    test(`what a key of ${spec} signs, message or digest, with each algorithm`, async () => {
      const KeyId = await newKey(spec, 'SIGN_VERIFY');
      for (const [SigningAlgorithm, hash, options] of algorithms) {
        const Message = openssl('dgst', `-${hash}`, '-binary', 'message');
        for (const input of [
          { Message: message, MessageType: 'RAW' as const },
          { Message, MessageType: 'DIGEST' as const },
        ]) {
          const { Signature } = await kms.send(new SignCommand({ KeyId, SigningAlgorithm, ...input }));
          file('signature', Signature!);
          const verify = ['-verify', 'public.der', '-keyform', 'DER', '-signature', 'signature'];
          assert.match(openssl('dgst', `-${hash}`, ...options, ...verify, 'message').toString(), /Verified OK/);
        }
      }
    });
  }

  test('what a key of ECC_NIST_EDWARDS25519 signs', async () => {
    const KeyId = await newKey('ECC_NIST_EDWARDS25519', 'SIGN_VERIFY');
    const input = { KeyId, SigningAlgorithm: 'ED25519_SHA_512', Message: message } as const;
    file('signature', (await kms.send(new SignCommand(input))).Signature!);
    verifyWithPkeyutl();
  });

  for (const spec of ['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'] as const) {
    test(`what a key of ${spec} signs`, { skip: withoutMlDsa }, async () => {
      const KeyId = await newKey(spec, 'SIGN_VERIFY');
      const input = { KeyId, SigningAlgorithm: 'ML_DSA_SHAKE_256', Message: message } as const;
      file('signature', (await kms.send(new SignCommand(input))).Signature!);
      verifyWithPkeyutl();
    });
  }

  const verifyWithPkeyutl = (): void => {
    const key = ['-verify', '-pubin', '-inkey', 'public.der', '-keyform', 'DER', '-rawin'];
    const answer = openssl('pkeyutl', ...key, '-in', 'message', '-sigfile', 'signature');
    assert.match(answer.toString(), /Verified Successfully/);
  };
});

/** Gives a key the material of openssl's making, as an import would. */
const adopt = async (KeyId: string, material: KeyObject | Buffer): Promise<void> => {
  const { store } = server.running;
  const keyWrap = store.keyWrap('kms.key-material');
  await store.transact((tx) => {
    const place = ['111122223333', 'us-east-1', KeyId] as const;
    const record = keyRecords.find(tx, place)!;
    const wrapped = Buffer.isBuffer(material)
      ? wrapMaterial(Buffer.from(material), record, keyWrap)
      : wrapKeyPair(material, record, keyWrap);
    keyRecords.put(tx, place, { ...record, materials: [wrapped] });
  });
};

const adoptedKey = async (spec: KeySpec, usage: KeyUsageType, ...generate: readonly string[]): Promise<string> => {
  openssl('genpkey', ...generate, '-out', 'private.pem');
  const KeyId = await newKey(spec, usage);
  await adopt(KeyId, createPrivateKey(openssl('pkey', '-in', 'private.pem')));
  return KeyId;
};

const generated: Readonly<Record<string, readonly string[]>> = {
  RSA_2048: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  RSA_3072: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  RSA_4096: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:4096'],
  ECC_NIST_P256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ECC_NIST_P384: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  ECC_NIST_P521: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ECC_SECG_P256K1: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  ECC_NIST_EDWARDS25519: ['-algorithm', 'ED25519'],
};

describe('the server verifies', { skip }, () => {
  const invalid = { name: 'KMSInvalidSignatureException' };

  for (const [spec, algorithms] of signers) {
    test(`what openssl signs with a key of ${spec}, as message and as digest`, async () => {
      const KeyId = await adoptedKey(spec, 'SIGN_VERIFY', ...generated[spec]!);
      for (const [SigningAlgorithm, hash, options] of algorithms) {
        const Signature = openssl('dgst', `-${hash}`, ...options, '-sign', 'private.pem', 'message');
        const digest = openssl('dgst', `-${hash}`, '-binary', 'message');
        const input = { KeyId, SigningAlgorithm, Signature };
        await kms.send(new VerifyCommand({ ...input, Message: message }));
        await kms.send(new VerifyCommand({ ...input, Message: digest, MessageType: 'DIGEST' }));
        await assert.rejects(kms.send(new VerifyCommand({ ...input, Message: digest })), invalid);
      }
    });
  }

  test('PSS with a salt as long as the digest only', async () => {
    const KeyId = await adoptedKey('RSA_2048', 'SIGN_VERIFY', ...generated.RSA_2048!);
    const options = ['rsa_padding_mode:pss', 'rsa_pss_saltlen:20'].flatMap((option) => ['-sigopt', option]);
    const Signature = openssl('dgst', '-sha256', ...options, '-sign', 'private.pem', 'message');
    const input = { KeyId, SigningAlgorithm: 'RSASSA_PSS_SHA_256', Signature } as const;
    const digest = openssl('dgst', '-sha256', '-binary', 'message');
    await assert.rejects(kms.send(new VerifyCommand({ ...input, Message: message })), invalid);
    await assert.rejects(kms.send(new VerifyCommand({ ...input, Message: digest, MessageType: 'DIGEST' })), invalid);
  });

  test('what openssl signs with Ed25519', async () => {
    const KeyId = await adoptedKey('ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', ...generated.ECC_NIST_EDWARDS25519!);
    const Signature = openssl('pkeyutl', '-sign', '-inkey', 'private.pem', '-rawin', '-in', 'message');
    const input = { KeyId, SigningAlgorithm: 'ED25519_SHA_512', Message: message } as const;
    await kms.send(new VerifyCommand({ ...input, Signature }));
    // Ed25519 is deterministic.
    assert.deepEqual(Buffer.from((await kms.send(new SignCommand(input))).Signature!), Signature);
  });
});

describe('ML-DSA, with the OpenSSL that Node carries', () => {
  for (const parameters of ['44', '65', '87'] as const) {
    test(`is the same in both directions, of messages and of representatives: ML_DSA_${parameters}`, async () => {
      const { privateKey, publicKey } = generateKeyPairSync(`ml-dsa-${parameters}` as 'ml-dsa-44');
      const KeyId = await newKey(`ML_DSA_${parameters}`, 'SIGN_VERIFY');
      await adopt(KeyId, privateKey);
      const encoded = publicKey.export({ format: 'der', type: 'spki' });
      assert.deepEqual(Buffer.from((await kms.send(new GetPublicKeyCommand({ KeyId }))).PublicKey!), encoded);
      // FIPS 204 §5.2, §6.2; 22 bytes of SubjectPublicKeyInfo before the key.
      const shake = (bytes: Buffer) => hash('shake256', bytes, { outputEncoding: 'buffer', outputLength: 64 });
      const mu = shake(Buffer.concat([shake(encoded.subarray(22)), Buffer.alloc(2), message]));
      const ways = [
        { KeyId, SigningAlgorithm: 'ML_DSA_SHAKE_256', Message: message, MessageType: 'RAW' },
        { KeyId, SigningAlgorithm: 'ML_DSA_SHAKE_256', Message: mu, MessageType: 'EXTERNAL_MU' },
      ] as const;
      for (const input of ways) {
        const { Signature } = await kms.send(new SignCommand(input));
        assert.ok(verify(null, message, publicKey, Signature!));
        await kms.send(new VerifyCommand({ ...input, Signature: sign(null, message, privateKey) }));
      }
    });
  }
});

describe('MACs', { skip }, () => {
  for (const bits of [224, 256, 384, 512]) {
    test(`of openssl and of an HMAC key of ${bits} bits are the same`, async () => {
      const key = randomBytes(bits / 8);
      const spec = { KeySpec: `HMAC_${bits}` as KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' } as const;
      const { KeyId } = (await kms.send(new CreateKeyCommand(spec))).KeyMetadata!;
      await adopt(KeyId!, key);
      const options = ['-mac', 'HMAC', '-macopt', `hexkey:${key.toString('hex')}`];
      const Mac = openssl('dgst', `-sha${bits}`, ...options, '-binary', 'message');
      const input = { KeyId, MacAlgorithm: `HMAC_SHA_${bits}` as MacAlgorithmSpec, Message: message };
      await kms.send(new VerifyMacCommand({ ...input, Mac }));
      assert.deepEqual(Buffer.from((await kms.send(new GenerateMacCommand(input))).Mac!), Mac);
    });
  }
});

describe('OAEP', { skip }, () => {
  for (const spec of ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const) {
    for (const [EncryptionAlgorithm, hash] of [
      ['RSAES_OAEP_SHA_1', 'sha1'],
      ['RSAES_OAEP_SHA_256', 'sha256'],
    ] as const) {
      const options = ['rsa_padding_mode:oaep', `rsa_oaep_md:${hash}`, `rsa_mgf1_md:${hash}`].flatMap((option) => [
        '-pkeyopt',
        option,
      ]);

      test(`of openssl is decrypted by ${spec}, and of the server by openssl: ${EncryptionAlgorithm}`, async () => {
        const KeyId = await adoptedKey(spec, 'ENCRYPT_DECRYPT', ...generated[spec]!);
        file('public.der', (await kms.send(new GetPublicKeyCommand({ KeyId }))).PublicKey!);
        const key = ['-encrypt', '-pubin', '-inkey', 'public.der', '-keyform', 'DER'];
        const CiphertextBlob = openssl('pkeyutl', ...key, ...options, '-in', 'message');
        const answer = await kms.send(new DecryptCommand({ KeyId, EncryptionAlgorithm, CiphertextBlob }));
        assert.deepEqual(Buffer.from(answer.Plaintext!), message);
        const encrypted = await kms.send(new EncryptCommand({ KeyId, EncryptionAlgorithm, Plaintext: message }));
        file('ciphertext', encrypted.CiphertextBlob!);
        const decrypt = ['-decrypt', '-inkey', 'private.pem', ...options, '-in', 'ciphertext'];
        assert.deepEqual(openssl('pkeyutl', ...decrypt), message);
      });
    }
  }
});

describe('ECDH', { skip }, () => {
  for (const [spec, curve] of [
    ['ECC_NIST_P256', 'P-256'],
    ['ECC_NIST_P384', 'P-384'],
    ['ECC_NIST_P521', 'P-521'],
  ] as const) {
    test(`with openssl gives one secret: ${spec}`, async () => {
      const KeyId = await newKey(spec, 'KEY_AGREEMENT');
      openssl('ecparam', '-name', curve, '-genkey', '-noout', '-out', 'mine.pem');
      const PublicKey = openssl('pkey', '-in', 'mine.pem', '-pubout', '-outform', 'DER');
      const ecdh = { KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey } as const;
      const { SharedSecret } = await kms.send(new DeriveSharedSecretCommand(ecdh));
      const peer = ['-derive', '-inkey', 'mine.pem', '-peerkey', 'public.der', '-peerform', 'DER'];
      assert.deepEqual(Buffer.from(SharedSecret!), openssl('pkeyutl', ...peer));
    });
  }
});

describe('a data key pair', { skip }, async () => {
  const { KeyId } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
  const specs: readonly DataKeyPairSpec[] = [
    'RSA_2048',
    'RSA_3072',
    'RSA_4096',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
    'ECC_NIST_EDWARDS25519',
  ];
  for (const spec of specs) {
    test(`of ${spec} is consistent, and its halves belong together`, async () => {
      const pair = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: spec }));
      file('private.der', pair.PrivateKeyPlaintext!);
      const asPublic = ['-in', 'private.der', '-inform', 'DER', '-pubout', '-outform', 'DER'];
      assert.deepEqual(openssl('pkey', ...asPublic), Buffer.from(pair.PublicKey!));
      const checked = spawnSync('openssl', ['pkey', '-in', 'private.der', '-inform', 'DER', '-check', '-noout'], {
        cwd: directory,
        encoding: 'utf8',
      });
      assert.match(checked.stdout + checked.stderr, /Key is valid/);
    });
  }
});
