import type { XksCiphertext } from '../../xks/integrity-value.ts';

const tagBytes = 16;

/** What follows the header of a ciphertext of an external key store. @see docs/formats/custom-key-store-ciphertext.md */
export const formatSealed = ({ metadata, iv, tag, ciphertext }: XksCiphertext): Buffer =>
  Buffer.concat([Buffer.of(metadata.length), metadata, Buffer.of(iv.length), iv, tag, ciphertext]);

/** Takes it apart. @returns undefined for bytes that are none */
export const parseSealed = (sealed: Buffer): XksCiphertext | undefined => {
  const ivLengthAt = 1 + (sealed[0] ?? 0);
  const ivLength = sealed[ivLengthAt];
  const tagAt = ivLengthAt + 1 + (ivLength ?? 0);
  const ciphertextAt = tagAt + tagBytes;
  if (ivLengthAt > 21 || (ivLength !== 12 && ivLength !== 16) || sealed.length < ciphertextAt) return undefined;
  return {
    metadata: sealed.subarray(1, ivLengthAt),
    iv: sealed.subarray(ivLengthAt + 1, tagAt),
    tag: sealed.subarray(tagAt, ciphertextAt),
    ciphertext: sealed.subarray(ciphertextAt),
  };
};
