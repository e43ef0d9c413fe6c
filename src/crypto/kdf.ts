import { createHmac, type KeyObject } from 'node:crypto';

const prfBytes = 32;

/**
 * Derives key material with the KDF in counter mode: HMAC-SHA-256, 32-bit counter before the fixed input.
 *
 * @param key key-derivation key, 256 bits
 * @param fixedInput see {@link formatFixedInput}
 * @param bytes length of the result, 1 to 2³² · 32
 * @returns fresh bytes that the caller clears
 * @see SP 800-108r1 §4.1
 */
export const deriveCounterMode = (key: KeyObject, fixedInput: Buffer, bytes: number): Buffer => {
  if (bytes <= prfBytes) {
    const block = prfBlock(key, 1, fixedInput);
    return bytes === prfBytes ? block : block.subarray(0, bytes);
  }
  const blocks: Buffer[] = [];
  for (let counter = 1; blocks.length * prfBytes < bytes; counter++) blocks.push(prfBlock(key, counter, fixedInput));
  const derived = Buffer.concat(blocks, bytes);
  for (const block of blocks) block.fill(0);
  return derived;
};

/**
 * Fixed input data as SP 800-108r1 §4 recommends: `Label ‖ 0x00 ‖ Context ‖ [L]`, L in bits as 32-bit integer.
 *
 * @param label what the derived key is for; ASCII without NUL
 */
export const formatFixedInput = (label: string, context: Buffer, bytes: number): Buffer => {
  const fixed = Buffer.alloc(label.length + 1 + context.length + 4);
  fixed.write(label, 0, 'latin1');
  context.copy(fixed, label.length + 1);
  fixed.writeUInt32BE(bytes * 8, fixed.length - 4);
  return fixed;
};

const counterBytes = Buffer.alloc(4);

const prfBlock = (key: KeyObject, counter: number, fixedInput: Buffer): Buffer => {
  counterBytes.writeUInt32BE(counter);
  return createHmac('sha256', key).update(counterBytes).update(fixedInput).digest();
};
