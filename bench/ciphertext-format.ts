import { createHmac, type KeyObject } from 'node:crypto';

/**
 * The ciphertext format of docs/formats/kms-ciphertext.md and aead.md, read a second time: nothing here is shared with
 * what makes ciphertexts, so that a proof does not repeat its mistakes.
 */

/** The parts of a ciphertext. */
export interface BlobParts {
  readonly header: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Takes a ciphertext apart. */
export const parseBlob = (blob: Buffer): BlobParts => {
  const nonceAt = 48 + blob[43]!;
  return {
    header: blob.subarray(0, nonceAt),
    nonce: blob.subarray(nonceAt, nonceAt + 16),
    ciphertext: blob.subarray(nonceAt + 16, -16),
    tag: blob.subarray(-16),
  };
};

/** The AES key of one ciphertext: 32 bytes. */
export const deriveMessageKey = (material: KeyObject, nonce: Buffer): Buffer =>
  createHmac('sha256', material)
    .update(Buffer.concat([Buffer.from('00000001', 'hex'), Buffer.from('bulwark kms ciphertext\0'), nonce]))
    .update(Buffer.from('00000100', 'hex'))
    .digest();
