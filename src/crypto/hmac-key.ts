import { hash, type KeyObject } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/**
 * HMAC-SHA-256 for keys that are used again and again (FIPS 198-1 §4): the padded key is kept, and a MAC is two one-shot
 * hashes.
 *
 * A third of the cost of `createHmac`, which makes and collects a native object for each MAC: the difference is felt on
 * every request (docs/decisions/0003-hot-path.md). The padded key is in private buffers of this object alone.
 */
export class HmacKey {
  /** `K₀ ⊕ ipad ‖ message`: the message is written over for each MAC. */
  #inner: Buffer;
  /** `K₀ ⊕ opad ‖ inner hash` */
  readonly #outer = Buffer.allocUnsafeSlow(blockBytes + digestBytes);

  /** @throws {RangeError} a key of more than 64 bytes, which HMAC would hash first */
  constructor(key: KeyObject) {
    const raw = key.export();
    if (raw.length > blockBytes) throw new RangeError('an HMAC key has at most 64 bytes here');
    this.#inner = Buffer.allocUnsafeSlow(blockBytes);
    for (let at = 0; at < blockBytes; at++) {
      const byte = raw[at] ?? 0;
      this.#inner[at] = byte ^ 0x36;
      this.#outer[at] = byte ^ 0x5c;
    }
    raw.fill(0);
  }

  /** The MAC in fresh bytes; where it is a key, the caller clears it. */
  mac(message: Buffer): Buffer {
    const inner = this.#room(message.length);
    message.copy(inner, blockBytes);
    return hash('sha256', this.#finish(inner, message.length), 'buffer');
  }

  /** The MAC of a text of latin1 code points, as 64 lower-case hexadecimal digits. */
  macHex(latin1: string): string {
    const inner = this.#room(latin1.length);
    inner.write(latin1, blockBytes, 'latin1');
    return hash('sha256', this.#finish(inner, latin1.length), 'hex');
  }

  #room(messageBytes: number): Buffer {
    const bytes = blockBytes + messageBytes;
    if (this.#inner.length < bytes) {
      const larger = Buffer.allocUnsafeSlow(2 * bytes);
      this.#inner.copy(larger, 0, 0, blockBytes);
      this.#inner.fill(0);
      this.#inner = larger;
    }
    return this.#inner;
  }

  #finish(inner: Buffer, messageBytes: number): Buffer {
    const message = inner.subarray(0, blockBytes + messageBytes);
    this.#outer.write(hash('sha256', message, 'binary'), blockBytes, 'latin1');
    return this.#outer;
  }
}
