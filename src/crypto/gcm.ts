import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

/** Length of an authentication tag, in bytes. */
export const tagBytes = 16;

/** The sealed bytes were altered, or sealed under another key, label or AAD. Which of these cannot be told. */
export class AeadError extends Error {
  constructor(options?: ErrorOptions) {
    super('sealed bytes do not open: they were altered, or belong to another key or place', options);
    this.name = 'AeadError';
  }
}

/** @throws {RangeError} no secret key of 256 bits */
export const require256Bits = (key: KeyObject): void => {
  if (key.type !== 'secret' || key.symmetricKeySize !== 32) throw new RangeError('an AEAD key has 256 bits');
};

/**
 * AES-256-GCM. @see SP 800-38D
 *
 * @param iv 12 bytes that this key never saw
 * @param target gets `ciphertext ‖ tag (16)` from `at` on
 */
export const encryptGcm = (
  key: KeyObject,
  iv: Buffer,
  plaintext: Uint8Array,
  aad: Uint8Array,
  target: Buffer,
  at: number,
): void => {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  cipher.update(plaintext).copy(target, at);
  cipher.final();
  cipher.getAuthTag().copy(target, at + plaintext.length);
};

/**
 * Inverse of {@link encryptGcm}.
 *
 * @param sealed `ciphertext ‖ tag (16)`
 * @returns the plaintext in fresh bytes; the caller clears it where it is secret
 * @throws {AeadError}
 */
export const decryptGcm = (key: KeyObject, iv: Buffer, sealed: Buffer, aad: Uint8Array): Buffer => {
  const tagAt = sealed.length - tagBytes;
  if (tagAt < 0) throw new AeadError();
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
    .setAAD(aad)
    .setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(0, tagAt));
  try {
    decipher.final();
  } catch (cause) {
    plaintext.fill(0);
    throw new AeadError({ cause });
  }
  return plaintext;
};
