import { constants, publicEncrypt } from 'node:crypto';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { fault } from '../../kernel/fault.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { KmsKey } from './kms-key.ts';
import type { OaepHash } from './material-operations.ts';

/** Hash of each asymmetric encryption algorithm, and its length in bytes. @see RFC 8017 §7.1 */
const hashes: Readonly<Record<string, { readonly name: OaepHash; readonly bytes: number }>> = {
  RSAES_OAEP_SHA_1: { name: 'sha1', bytes: 20 },
  RSAES_OAEP_SHA_256: { name: 'sha256', bytes: 32 },
};

/** Whether an algorithm encrypts to a public key: its ciphertexts name no key, and take no encryption context. */
export const isAsymmetric = (algorithm: string): boolean => algorithm in hashes;

/**
 * Asserts that a plaintext can be encrypted under a usable key.
 *
 * @throws {Fault} ValidationException
 */
export const requireEncryptable = (
  key: KmsKey,
  algorithm: string,
  plaintext: Uint8Array,
  context: EncryptionContext | undefined,
): void => {
  const hash = hashes[algorithm];
  if (!hash) return;
  refuseContext(context);
  const mostBytes = key.publicKey!.asymmetricKeyDetails!.modulusLength! / 8 - 2 * hash.bytes - 2;
  if (plaintext.length > mostBytes) {
    throw fault(
      'ValidationException',
      `Algorithm ${algorithm} and key spec ${key.record.keySpec} cannot encrypt data larger than ${mostBytes} bytes.`,
    );
  }
};

/** @throws {Fault} ValidationException: only symmetric ciphertexts are bound to an encryption context */
export const refuseContext = (context: EncryptionContext | undefined): void => {
  if (context && Object.keys(context).length > 0) {
    throw fault('ValidationException', 'EncryptionContext is only supported with the SYMMETRIC_DEFAULT algorithm.');
  }
};

/** Encrypts under a usable key with the algorithm that the request names. */
export const encryptUnder = (
  key: KmsKey,
  algorithm: string,
  plaintext: Uint8Array,
  context: EncryptionContext | undefined,
): Eventually<Uint8Array> => {
  const hash = hashes[algorithm];
  if (!hash) return key.encrypt(plaintext, context);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key: key.publicKey!, padding, oaepHash: hash.name }, plaintext);
};

/** Decrypts an RSA ciphertext. @throws {Fault} InvalidCiphertextException, whatever is wrong with it */
export const decryptRsa = (key: KmsKey, algorithm: string, ciphertext: Uint8Array): Eventually<Uint8Array> =>
  eventually(key.pair.decrypt(hashes[algorithm]!.name, ciphertext), (plaintext) => {
    if (!plaintext) throw fault('InvalidCiphertextException');
    return plaintext;
  });
