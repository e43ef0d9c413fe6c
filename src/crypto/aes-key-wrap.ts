import { createDecipheriv, type KeyObject } from 'node:crypto';

/** The constant half of the alternative initial value. @see RFC 5649 §3 */
const icv2 = Buffer.from('a65959a6', 'hex');

/** A semiblock that authenticates, and one of padded key. */
const minBytes = 16;

/**
 * Unwraps what AES key wrap with padding wrapped.
 *
 * @param kek AES key of 128, 192 or 256 bits
 * @returns 1 byte or more, which the caller clears; undefined: altered, or wrapped under another key
 * @see RFC 5649 §4.2
 */
export const unwrapWithPadding = (kek: KeyObject, wrapped: Uint8Array): Buffer | undefined => {
  if (wrapped.length < minBytes) return undefined;
  try {
    const decipher = createDecipheriv(`id-aes${kek.symmetricKeySize! * 8}-wrap-pad`, kek, icv2);
    const unwrapped = decipher.update(wrapped);
    decipher.final();
    return unwrapped;
  } catch {
    // Whatever is wrong with key or bytes: there is one answer.
    return undefined;
  }
};
