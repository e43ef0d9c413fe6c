import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';

const blockBytes = 16;

/** Length of a context, in bytes. */
export const contextBytes = 12;

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
  /** Both inputs under the mask K1; the context is written over for each message. */
  readonly #input = Buffer.alloc(2 * blockBytes);
  readonly #mask: Buffer;

  /** @param key 256 bits, used for nothing else */
  constructor(key: KeyObject) {
    this.#aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    this.#mask = doubled(this.#aes.update(Buffer.alloc(blockBytes)));
    starts.forEach((start, index) => {
      this.#input.writeUInt32BE((start ^ this.#mask.readUInt32BE()) >>> 0, index * blockBytes);
    });
  }

  /** @param message where the context stands, from `at` on */
  derive(message: Buffer, at: number): KeyObject {
    const input = this.#input;
    for (let from = blockBytes - contextBytes, byte = at; from < blockBytes; from++, byte++) {
      const masked = message[byte]! ^ this.#mask[from]!;
      input[from] = masked;
      input[blockBytes + from] = masked;
    }
    const derived = this.#aes.update(input);
    const key = createSecretKey(derived);
    derived.fill(0);
    return key;
  }
}

/** Twice a block, as an element of GF(2¹²⁸): without a branch on what it is. @see SP 800-38B §6.1 */
const doubled = (block: Buffer): Buffer => {
  const carry = block[0]! >> 7;
  for (let at = 0; at < blockBytes; at++) block[at] = (block[at]! << 1) | ((block[at + 1] ?? 0) >> 7);
  block[blockBytes - 1]! ^= 0x87 & -carry;
  return block;
};
