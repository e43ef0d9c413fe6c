/** Writes CBOR (RFC 8949) into memory that grows as it goes. Lengths are definite and as short as can be. */
export class CborWriter {
  #bytes = Buffer.allocUnsafe(512);
  #at = 0;

  /** What was written so far. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Begins a map of so many entries. */
  map(count: number): void {
    this.#head(5, count);
  }

  /** Begins an array of so many elements. */
  array(count: number): void {
    this.#head(4, count);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.#head(3, length);
    this.#reserve(length);
    this.#bytes.write(value, this.#at);
    this.#at += length;
  }

  bytes(value: Uint8Array): void {
    this.#head(2, value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** @param value integral, of at most 64 bits */
  integer(value: number | bigint): void {
    if (value < 0) this.#head(1, typeof value === 'bigint' ? -1n - value : -1 - value);
    else this.#head(0, value);
  }

  double(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#at] = 0xfb;
    this.#bytes.writeDoubleBE(value, this.#at + 1);
    this.#at += 9;
  }

  boolean(value: boolean): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value ? 0xf5 : 0xf4;
  }

  /** A moment, as tag 1 on its seconds since the epoch (§3.4.2). */
  timestamp(value: Date): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = 0xc1;
    const seconds = value.getTime() / 1000;
    if (Number.isInteger(seconds)) this.integer(seconds);
    else this.double(seconds);
  }

  #head(major: number, argument: number | bigint): void {
    this.#reserve(9);
    const type = major << 5;
    if (argument < 24) this.#bytes[this.#at++] = type | Number(argument);
    else if (argument < 0x100) {
      this.#bytes[this.#at++] = type | 24;
      this.#bytes[this.#at++] = Number(argument);
    } else if (argument < 0x1_0000) {
      this.#bytes[this.#at++] = type | 25;
      this.#at = this.#bytes.writeUInt16BE(Number(argument), this.#at);
    } else if (argument < 0x1_0000_0000) {
      this.#bytes[this.#at++] = type | 26;
      this.#at = this.#bytes.writeUInt32BE(Number(argument), this.#at);
    } else {
      this.#bytes[this.#at++] = type | 27;
      this.#at = this.#bytes.writeBigUInt64BE(BigInt(argument), this.#at);
    }
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
