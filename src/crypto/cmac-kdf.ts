import { createCipheriv, type KeyObject } from 'node:crypto';

const blockBytes = 16;

/** Length of a context, in bytes. */
export const contextBytes = 12;
/** Length of a derived key, in bytes. */
export const derivedBytes = 2 * blockBytes;
/** Most keys that are derived in one go. */
export const mostAtOnce = 16;

/** Counter (16 bits), label `X` and the zero after it: what stands before the context in each of the two blocks. */
const starts = [0x00015800, 0x00025800] as const;

/**
 * The KDF in counter mode with CMAC-AES-256, for keys of 256 bits from contexts of 96 bits: the one that XAES-256-GCM is
 * made of. Its input is one block, and CMAC of one block is one call of AES: docs/formats/xaes-256-gcm.md.
 *
 * @see SP 800-108r1 §4.1, SP 800-38B §6.2
 */
export class CmacKdf {
  /** AES under the key, one block at a time: CMAC is built on the bare cipher. */
  readonly #aes: ReturnType<typeof createCipheriv>;
  /** The inputs under the mask K1; the contexts in them are written over each time. */
  readonly #inputs = Buffer.alloc(mostAtOnce * derivedBytes);
  readonly #mask: Buffer;

  /** @param key 256 bits, used for nothing else */
  constructor(key: KeyObject) {
    this.#aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    this.#mask = doubled(this.#aes.update(Buffer.alloc(blockBytes)));
    const mask = this.#mask.readUInt32BE();
    for (let at = 0; at < this.#inputs.length; at += blockBytes)
      this.#inputs.writeUInt32BE((starts[(at / blockBytes) % 2]! ^ mask) >>> 0, at);
  }

  /**
   * @param contexts one or several, up to {@link mostAtOnce}, without gaps
   * @returns a key for each, without gaps, which the caller clears
   */
  derive(contexts: Buffer): Buffer {
    const inputs = this.#inputs;
    const mask = this.#mask;
    const contextAt = blockBytes - contextBytes;
    let input = 0;
    for (let context = 0; context < contexts.length; context += contextBytes, input += derivedBytes) {
      for (let at = 0; at < contextBytes; at++) {
        const masked = contexts[context + at]! ^ mask[contextAt + at]!;
        inputs[input + contextAt + at] = masked;
        inputs[input + blockBytes + contextAt + at] = masked;
      }
    }
    return this.#aes.update(inputs.subarray(0, input));
  }
}

/** Twice a block, as an element of GF(2¹²⁸): without a branch on what it is. @see SP 800-38B §6.1 */
const doubled = (block: Buffer): Buffer => {
  const carry = block[0]! >> 7;
  for (let at = 0; at < blockBytes; at++) block[at] = (block[at]! << 1) | ((block[at + 1] ?? 0) >> 7);
  block[blockBytes - 1]! ^= 0x87 & -carry;
  return block;
};
