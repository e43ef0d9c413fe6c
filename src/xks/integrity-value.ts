import { createHash } from 'node:crypto';

/** What a proxy's Encrypt answers. */
export interface XksCiphertext {
  /** At most 20 bytes. */
  readonly metadata: Buffer;
  /** 12 or 16 bytes. */
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  /** 16 bytes. */
  readonly tag: Buffer;
}

/** `ciphertextDataIntegrityValue`, SHA-256. @see XKS proxy API, appendix C */
export const integrityValue = (aad: Uint8Array, { metadata, iv, ciphertext, tag }: XksCiphertext): Buffer =>
  createHash('sha256').update(aad).update(metadata).update(iv).update(ciphertext).update(tag).digest();
