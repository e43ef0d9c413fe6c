import type { KeyObject } from 'node:crypto';
import type { SignatureScheme } from '../../crypto/signature.ts';
import type { Eventually } from '../../kernel/eventually.ts';
import type { Ciphertext } from './ciphertext.ts';

/**
 * What only the holder of key material can do: this process, for keys of KMS and imported ones; a device or another service,
 * for keys of custom key stores. Whatever has to wait for a thread, a device or a network returns a promise.
 */
export type MaterialOperations = SymmetricOperations | MacOperations | KeyPairOperations;

/** Symmetric encryption keys. */
export interface SymmetricOperations {
  readonly kind: 'symmetric';
  /** Random bytes for data keys; absent: this server makes them. */
  random?(bytes: number): Eventually<Buffer>;
  /** @param context encoded encryption context */
  encrypt(plaintext: Uint8Array, context: Buffer): Eventually<Buffer>;
  /** @param context encoded encryption context @returns undefined when ciphertext or context is not what was encrypted */
  decrypt(ciphertext: Ciphertext, context: Buffer): Eventually<Buffer | undefined>;
}

/** HMAC keys. */
export interface MacOperations {
  readonly kind: 'hmac';
  /** @param algorithm e.g. `HMAC_SHA_256` */
  mac(algorithm: string, message: Uint8Array): Eventually<Buffer>;
}

/** Asymmetric keys. */
export interface KeyPairOperations {
  readonly kind: 'pair';
  sign(scheme: SignatureScheme, message: Uint8Array): Eventually<Uint8Array>;
  verify(scheme: SignatureScheme, message: Uint8Array, signature: Uint8Array): Eventually<boolean>;
  /** RSAES-OAEP. @returns undefined when it is no ciphertext of this key */
  decrypt(hash: OaepHash, ciphertext: Uint8Array): Eventually<Uint8Array | undefined>;
  /** ECDH. @param peer public key on the same curve */
  agree(peer: KeyObject): Eventually<Uint8Array>;
}

/** Hashes of RSAES-OAEP, by their names in node:crypto. */
export type OaepHash = 'sha1' | 'sha256';
