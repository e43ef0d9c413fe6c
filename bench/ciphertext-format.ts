import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/**
 * The ciphertext format of docs/formats/kms-ciphertext.md and xaes-256-gcm.md, read a second time: nothing here is shared
 * with what makes ciphertexts, so that a proof does not repeat its mistakes.
 */

/** The parts of a ciphertext. */
export interface BlobParts {
  readonly header: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Takes a ciphertext of version 1 apart. */
export const parseBlob = (blob: Buffer): BlobParts => {
  const nonceAt = 48 + blob[43]!;
  return {
    header: blob.subarray(0, nonceAt),
    nonce: blob.subarray(nonceAt, nonceAt + 24),
    ciphertext: blob.subarray(nonceAt + 24, -16),
    tag: blob.subarray(-16),
  };
};

/** The key of XAES-256-GCM that belongs to key material. */
export const deriveSealingKey = (material: KeyObject): KeyObject =>
  createSecretKey(
    createHmac('sha256', material)
      .update(Buffer.from('00000001', 'hex'))
      .update('bulwark kms xaes-256-gcm\0')
      .update(Buffer.from('00000100', 'hex'))
      .digest(),
  );

/** The AES key of one ciphertext: 32 bytes. */
export const deriveMessageKey = (sealingKey: KeyObject, nonce: Buffer): Buffer =>
  Buffer.concat(['00015800', '00025800'].map((start) => cmacOfBlock(sealingKey, start + nonce.toString('hex', 0, 12))));

/** CMAC of one whole block, in hexadecimal: SP 800-38B with integers. */
const cmacOfBlock = (key: KeyObject, block: string): Buffer => {
  const twice = BigInt(`0x${aes(key, '0'.repeat(32)).toString('hex')}`) << 1n;
  const subkey = twice >> 128n === 0n ? twice : (twice ^ 0x87n) & ((1n << 128n) - 1n);
  return aes(key, (BigInt(`0x${block}`) ^ subkey).toString(16).padStart(32, '0'));
};

const aes = (key: KeyObject, block: string): Buffer =>
  createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(Buffer.from(block, 'hex'));
