import { createSecretKey } from 'node:crypto';
import type { AlgorithmSpec, WrappingKeySpec } from '@aws-sdk/client-kms';
import { unwrapWithPadding } from '../../crypto/aes-key-wrap.ts';
import type { KeyPairKind } from '../../crypto/key-pair.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { fault } from '../../kernel/fault.ts';
import type { KeyPairMaterial } from './key-pair-material.ts';
import type { MaterialForm } from './key-specs.ts';
import type { OaepHash } from './material-operations.ts';

/** How key material is encrypted on its way in. */
interface WrappingAlgorithm {
  readonly hash: OaepHash;
  /** True: RSAES-OAEP encrypts an AES-256 key, and AES-KWP under that the material. */
  readonly aes: boolean;
}

/** @see KMS developer guide: "Select a wrapping algorithm". RSAES_PKCS1_V1_5 ended in October 2023; SM2PKE is of the China Regions. */
const algorithms: Readonly<Partial<Record<AlgorithmSpec, WrappingAlgorithm>>> = {
  RSAES_OAEP_SHA_1: { hash: 'sha1', aes: false },
  RSAES_OAEP_SHA_256: { hash: 'sha256', aes: false },
  RSA_AES_KEY_WRAP_SHA_1: { hash: 'sha1', aes: true },
  RSA_AES_KEY_WRAP_SHA_256: { hash: 'sha256', aes: true },
};

type RsaKind = Extract<KeyPairKind, { type: 'rsa' }>;

const wrappingKeys: Readonly<Partial<Record<WrappingKeySpec, RsaKind>>> = {
  RSA_2048: { type: 'rsa', modulusBits: 2048 },
  RSA_3072: { type: 'rsa', modulusBits: 3072 },
  RSA_4096: { type: 'rsa', modulusBits: 4096 },
};

/**
 * The wrapping key pair to make for a kind of material.
 *
 * @throws {Fault} UnsupportedOperationException: not here, or the material would not fit
 */
export const requireWrapping = (algorithm: AlgorithmSpec, keySpec: WrappingKeySpec, form: MaterialForm): RsaKind => {
  const how = algorithms[algorithm];
  const kind = wrappingKeys[keySpec];
  if (!how) throw unsupported(`Wrapping algorithm ${algorithm} is not supported.`);
  if (!kind) throw unsupported(`Wrapping key spec ${keySpec} is not supported.`);
  if (!how.aes && form.kind === 'pair') {
    if (form.pair.type === 'rsa') throw unsupported(`${algorithm} cannot wrap RSA key material.`);
    if (form.pair.type === 'ec' && form.pair.curve === 'P-521' && kind.modulusBits === 2048) {
      throw unsupported(`${algorithm} with ${keySpec} cannot wrap ECC_NIST_P521 key material.`);
    }
  }
  return kind;
};

const unsupported = (message: string) => fault('UnsupportedOperationException', message);

/**
 * Decrypts key material that was encrypted under a wrapping key.
 *
 * @param modulusBytes of the wrapping key
 * @returns bytes that the caller clears
 * @throws {Fault} InvalidCiphertextException; ValidationException: bytes of this length were never made with this algorithm
 */
export const unwrapImported = (
  algorithm: AlgorithmSpec,
  wrappingKey: KeyPairMaterial,
  modulusBytes: number,
  encrypted: Uint8Array,
): Eventually<Buffer> => {
  // INVARIANT: tokens are made for these algorithms only.
  const { hash, aes } = algorithms[algorithm]!;
  const bytes = encrypted.length - modulusBytes;
  if (aes ? bytes < minWrappedBytes || bytes % 8 !== 0 : bytes !== 0) {
    throw fault('ValidationException', 'Invalid encrypted key size.');
  }
  return eventually(wrappingKey.decrypt(hash, encrypted.subarray(0, modulusBytes)), (decrypted) => {
    if (!decrypted) throw fault('InvalidCiphertextException');
    const plaintext = Buffer.from(decrypted.buffer, decrypted.byteOffset, decrypted.byteLength);
    return aes ? unwrapMaterial(plaintext, encrypted.subarray(modulusBytes)) : plaintext;
  });
};

/** Of AES-KWP: 8 bytes that authenticate, 8 bytes of padded material. */
const minWrappedBytes = 16;

/** @param aesKey 32 bytes; cleared */
const unwrapMaterial = (aesKey: Buffer, wrapped: Uint8Array): Buffer => {
  const material = aesKey.length === 32 ? unwrapWithPadding(createSecretKey(aesKey), wrapped) : undefined;
  aesKey.fill(0);
  if (!material) throw fault('InvalidCiphertextException');
  return material;
};
