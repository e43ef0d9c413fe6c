import { createHmac, type KeyObject } from 'node:crypto';
import { takeSecretKey } from './secret-key.ts';

const prfBytes = 32;
const counterBytes = 4;

/**
 * Derives key material with the KDF in counter mode: HMAC-SHA-256, 32-bit counter before the fixed input.
 *
 * @param key key-derivation key, 256 bits
 * @param input see {@link formatKdfInput}; its counter is written over
 * @param bytes length of the result, 1 to 2³² · 32
 * @returns fresh bytes that the caller clears
 * @see SP 800-108r1 §4.1
 */
export const deriveCounterMode = (key: KeyObject, input: Buffer, bytes: number): Buffer => {
  if (bytes <= prfBytes) {
    const block = prfBlock(key, 1, input);
    return bytes === prfBytes ? block : block.subarray(0, bytes);
  }
  const blocks: Buffer[] = [];
  for (let counter = 1; blocks.length * prfBytes < bytes; counter++) blocks.push(prfBlock(key, counter, input));
  const derived = Buffer.concat(blocks, bytes);
  for (const block of blocks) block.fill(0);
  return derived;
};

/**
 * A key of 256 bits for one use, derived by {@link deriveCounterMode}; its bytes are cleared.
 *
 * @param input see {@link formatKdfInput}, for 32 bytes
 */
export const deriveSecretKey = (key: KeyObject, input: Buffer): KeyObject => {
  const derived = deriveCounterMode(key, input, prfBytes);
  return takeSecretKey(derived);
};

/**
 * What the first block is made of: `[1] ‖ Label ‖ 0x00 ‖ Context ‖ [L]`, counter and length in bits as 32-bit integers; after
 * the counter the fixed input data that SP 800-108r1 §4 recommends.
 *
 * @param label what the derived key is for; ASCII without NUL
 * @param bytes length of what is derived
 */
export const formatKdfInput = (label: string, context: Buffer, bytes: number): Buffer => {
  const contextAt = contextOffset(label);
  const input = Buffer.alloc(contextAt + context.length + 4);
  input.writeUInt32BE(1);
  input.write(label, counterBytes, 'latin1');
  context.copy(input, contextAt);
  input.writeUInt32BE(bytes * 8, input.length - 4);
  return input;
};

/** Where the context stands in {@link formatKdfInput}. */
export const contextOffset = (label: string): number => counterBytes + label.length + 1;

const prfBlock = (key: KeyObject, counter: number, input: Buffer): Buffer => {
  input.writeUInt32BE(counter);
  return createHmac('sha256', key).update(input).digest();
};
