import assert from 'node:assert/strict';
import { constants, createPrivateKey, createPublicKey, hash, type JsonWebKey, publicEncrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { importInto } from '../../testing/import.ts';
import { testServer } from '../../testing/server.ts';

/* Keys of published examples, imported as a client does, give the published results. */

/** A key with the material 000102…1f. */
const seeded = { region: 'us-east-1', id: '1234abcd-12ab-34cd-56ef-1234567890ab' };
const material = Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64');
const server = await testServer({ seedText: JSON.stringify({ keys: [{ ...seeded, material }] }) });
const kms = server.client(sdk.KMSClient);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const hex = (text: string) => Buffer.from(text, 'hex');
const imported = async (KeySpec: sdk.KeySpec, KeyUsage: sdk.KeyUsageType, material: Buffer) => {
  const { KeyMetadata } = await kms.send(new sdk.CreateKeyCommand({ Origin: 'EXTERNAL', KeySpec, KeyUsage }));
  const KeyId = KeyMetadata!.KeyId!;
  await importInto(kms, KeyId, material, {}, 'RSA_AES_KEY_WRAP_SHA_256');
  return KeyId;
};
const publicKeyOf = async (KeyId: string) => {
  const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' }).export({ format: 'jwk' });
};

interface MacVector {
  readonly source: string;
  readonly key: string;
  readonly data: string;
  readonly macs: Readonly<Record<sdk.MacAlgorithmSpec, string>>;
}

describe('an imported HMAC key', () => {
  for (const { source, key, data, macs } of read('./imported-hmac.vectors.json') as readonly MacVector[]) {
    for (const [algorithm, mac] of Object.entries(macs)) {
      test(`gives ${algorithm} of ${source}`, async () => {
        const bits = Number(algorithm.slice(-3));
        // HMAC fills keys with zeros up to the block, and hashes longer ones (FIPS 198-1 §4): a key of the spec's length that
        // is the same key.
        const isLong = key.length / 2 > (bits > 256 ? 128 : 64);
        const material = isLong ? hash(`sha${bits}`, hex(key), 'buffer') : Buffer.concat([hex(key)], bits / 8);
        const KeyId = await imported(`HMAC_${bits}` as sdk.KeySpec, 'GENERATE_VERIFY_MAC', material);
        const input = { KeyId, MacAlgorithm: algorithm as sdk.MacAlgorithmSpec, Message: hex(data) };
        const { Mac } = await kms.send(new sdk.GenerateMacCommand(input));
        assert.equal(Buffer.from(Mac!).toString('hex'), mac);
        const { MacValid } = await kms.send(new sdk.VerifyMacCommand({ ...input, Mac: hex(mac) }));
        assert.equal(MacValid, true);
      });
    }
  }
});

const vectors = read('../../crypto/asymmetric.vectors.json');
const curves: Readonly<Record<string, { spec: sdk.KeySpec; bytes: number; algorithm: sdk.SigningAlgorithmSpec }>> = {
  'P-256': { spec: 'ECC_NIST_P256', bytes: 32, algorithm: 'ECDSA_SHA_256' },
  'P-384': { spec: 'ECC_NIST_P384', bytes: 48, algorithm: 'ECDSA_SHA_384' },
  'P-521': { spec: 'ECC_NIST_P521', bytes: 66, algorithm: 'ECDSA_SHA_512' },
};
/** A coordinate, or a scalar, of a field element's length. */
const element = (text: string, bytes: number) =>
  hex(text.padStart(bytes * 2, '0').slice(-bytes * 2)).toString('base64url');
const ecJwk = (crv: string, x: string, y: string): JsonWebKey => {
  const { bytes } = curves[crv]!;
  return { kty: 'EC', crv, x: element(x, bytes), y: element(y, bytes) };
};
const ecMaterial = (crv: string, d: string, x: string, y: string): Buffer => {
  const key = { ...ecJwk(crv, x, y), d: element(d, curves[crv]!.bytes) };
  return createPrivateKey({ key, format: 'jwk' }).export({ format: 'der', type: 'pkcs8' });
};
/** Ecdsa-Sig-Value, RFC 3279 §2.2.3. */
const ecdsaSignature = (r: string, s: string): Buffer => {
  const integer = (text: string) => {
    const digits = hex(text);
    const start = digits.findIndex((byte) => byte !== 0);
    const bytes = digits.subarray(start);
    const signed = bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(2, signed.length), signed]);
  };
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.of(0x30, ...(body.length > 127 ? [0x81, body.length] : [body.length])), body]);
};

describe('an imported elliptic curve key', () => {
  for (const { source, curve, d, x, y, message, r, s } of vectors.ecdsa) {
    const known = curves[curve];
    if (!known) continue;
    test(`has the public key of ${source}, and takes its signature for its own`, async () => {
      const KeyId = await imported(known.spec, 'SIGN_VERIFY', ecMaterial(curve, d, x, y));
      assert.deepEqual(await publicKeyOf(KeyId), ecJwk(curve, x, y));
      const signed = { KeyId, Message: Buffer.from(message), SigningAlgorithm: known.algorithm };
      const Signature = ecdsaSignature(r, s);
      const { SignatureValid } = await kms.send(new sdk.VerifyCommand({ ...signed, Signature }));
      assert.equal(SignatureValid, true);
      const own = await kms.send(new sdk.SignCommand(signed));
      await kms.send(new sdk.VerifyCommand({ ...signed, Signature: own.Signature }));
    });
  }

  for (const { source, curve, d, x, y, peerX, peerY, secret } of vectors.ecdh) {
    const known = curves[curve];
    if (!known) continue;
    test(`agrees on the secret of ${source}`, async () => {
      const KeyId = await imported(known.spec, 'KEY_AGREEMENT', ecMaterial(curve, d, x, y));
      const peer = createPublicKey({ key: ecJwk(curve, peerX, peerY), format: 'jwk' });
      const PublicKey = peer.export({ format: 'der', type: 'spki' });
      const command = new sdk.DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey });
      assert.deepEqual(Buffer.from((await kms.send(command)).SharedSecret!), hex(secret));
    });
  }
});

/** @see RFC 8410 §7 */
const ed25519Pkcs8 = (seed: string) => Buffer.concat([hex('302e020100300506032b657004220420'), hex(seed)]);

describe('an imported Ed25519 key', () => {
  // KMS takes no empty message.
  for (const { source, seed, publicKey, message, signature } of vectors.ed25519) {
    if (message === '') continue;
    test(`has the public key and makes the signature of ${source}`, async () => {
      const KeyId = await imported('ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', ed25519Pkcs8(seed));
      assert.equal((await publicKeyOf(KeyId)).x, hex(publicKey).toString('base64url'));
      const command = new sdk.SignCommand({ KeyId, Message: hex(message), SigningAlgorithm: 'ED25519_SHA_512' });
      assert.equal(Buffer.from((await kms.send(command)).Signature!).toString('hex'), signature);
    });
  }
});

describe('an imported Ed25519 key over digests', () => {
  // What noble-post-quantum builds on: an implementation that shares nothing with ours.
  const { ed25519ph } = createRequire(createRequire(import.meta.url).resolve('@noble/post-quantum/ml-dsa.js'))(
    '@noble/curves/ed25519.js',
  );
  const [{ source, seed, publicKey, message, signature }] = vectors.ed25519ph;

  test(`agrees with what makes the signature of ${source}: KMS takes 64 bytes only, and hashes them as they were a message`, async () => {
    assert.equal(Buffer.from(ed25519ph.sign(hex(message), hex(seed))).toString('hex'), signature);
    const KeyId = await imported('ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', ed25519Pkcs8(seed));
    const Message = hash('sha512', hex(message), 'buffer');
    const input = { KeyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ED25519_PH_SHA_512' } as const;
    const { Signature } = await kms.send(new sdk.SignCommand(input));
    assert.ok(ed25519ph.verify(Signature, Message, hex(publicKey)));
    await kms.send(new sdk.VerifyCommand({ ...input, Signature: ed25519ph.sign(Message, hex(seed)) }));
    await assert.rejects(kms.send(new sdk.VerifyCommand({ ...input, Signature: hex(signature) })), {
      name: 'KMSInvalidSignatureException',
    });
  });
});

describe('AES key wrap with padding, on its way in', () => {
  /** Imports what is wrapped under an AES key. The RFC's own examples have one of 192 bits, which is none of KMS's. */
  const importWrapped = async (aesKey: Buffer, wrapped: Buffer): Promise<unknown> => {
    const { KeyMetadata } = await kms.send(new sdk.CreateKeyCommand({ Origin: 'EXTERNAL' }));
    const KeyId = KeyMetadata!.KeyId!;
    const wrapping = { KeyId, WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
    const { PublicKey, ImportToken } = await kms.send(new sdk.GetParametersForImportCommand(wrapping));
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const EncryptedKeyMaterial = Buffer.concat([publicEncrypt({ key, padding, oaepHash: 'sha256' }, aesKey), wrapped]);
    const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE';
    return kms.send(new sdk.ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial, ExpirationModel }));
  };

  for (const { source, kek, wrapped, octets } of read('./imported-wrapping.vectors.json') as readonly Wrapping[]) {
    // What comes out is no key for KMS, which refuses it for its length; what does not open is refused as such.
    const answer = octets === undefined ? 'InvalidCiphertextException' : 'IncorrectKeyMaterialException';
    const outcome = octets === undefined ? 'does not open' : `opens to ${octets} octets, which are no key`;
    test(`${source} ${outcome}`, () => assert.rejects(importWrapped(hex(kek), hex(wrapped)), { name: answer }));
  }
});

interface Wrapping {
  readonly source: string;
  readonly kek: string;
  readonly wrapped: string;
  /** Absent: published as altered. */
  readonly octets?: number;
}

test('a key of known material decrypts what was computed elsewhere from docs/formats/kms-ciphertext.md', async () => {
  // XAES-256-GCM's published keys cannot be had: the key of a ciphertext is derived, and HMAC is not inverted.
  const CiphertextBlob = Buffer.from(
    'AQICAHgBGd9mkOUCgmsoz9Sj4KkPPwx1++RcIcMwr52tmoV5v5iiI4SUvSQxMjM0YWJjZC0xMmFiLTM0Y2QtNTZlZi0xMjM0NTY3ODkwYWIsR6qY' +
      'YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3gXfQFtd/k2EJpnJtFWprlWKOMlDv',
    'base64',
  );
  const EncryptionContext = { dept: 'hr' };
  const { Plaintext, KeyId } = await kms.send(new sdk.DecryptCommand({ CiphertextBlob, EncryptionContext }));
  assert.equal(Buffer.from(Plaintext!).toString(), 'hello');
  assert.ok(KeyId!.endsWith(seeded.id));
});

describe('an imported private key', () => {
  for (const [KeySpec, algorithm] of [
    ['ML_DSA_44', 'RSAES_OAEP_SHA_256'],
    ['ML_DSA_87', 'RSA_AES_KEY_WRAP_SHA_1'],
  ] as const) {
    test(`of ${KeySpec} may be its seed (RFC 9881), wrapped with ${algorithm}`, async () => {
      const { KeyMetadata } = await kms.send(
        new sdk.CreateKeyCommand({ Origin: 'EXTERNAL', KeySpec, KeyUsage: 'SIGN_VERIFY' }),
      );
      const KeyId = KeyMetadata!.KeyId!;
      const last = KeySpec === 'ML_DSA_44' ? '11' : '13';
      const seed = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
      const material = Buffer.concat([hex(`3034020100300b06096086480165030403${last}04228020`), seed]);
      await importInto(kms, KeyId, material, {}, algorithm);
      await importInto(kms, KeyId, material, {}, algorithm);
      const signing = { KeyId, Message: Buffer.from('x'), SigningAlgorithm: 'ML_DSA_SHAKE_256' as const };
      const { Signature } = await kms.send(new sdk.SignCommand(signing));
      const publicKey = createPublicKey(createPrivateKey({ key: material, format: 'der', type: 'pkcs8' }));
      const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId }));
      assert.deepEqual(Buffer.from(PublicKey!), publicKey.export({ format: 'der', type: 'spki' }));
      await kms.send(new sdk.VerifyCommand({ ...signing, Signature }));
    });
  }

  test('is of the spec of its key', async () => {
    const [{ d, x, y }] = vectors.ecdsa;
    const material = ecMaterial('P-256', d, x, y);
    const refused = { name: 'IncorrectKeyMaterialException' };
    await assert.rejects(imported('ECC_NIST_P384', 'SIGN_VERIFY', material), refused);
    await assert.rejects(imported('RSA_2048', 'SIGN_VERIFY', material), refused);
    await assert.rejects(imported('ECC_NIST_P256', 'SIGN_VERIFY', material.subarray(1)), refused);
  });
});
