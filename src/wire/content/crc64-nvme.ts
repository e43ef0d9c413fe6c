/**
 * CRC-64/NVME, eight bytes at a time, in two halves of 32 bits.
 *
 * @see NVM Express NVM Command Set Specification §5.2.1.3.4, 64b CRC
 */
export class Crc64Nvme {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    const { length } = bytes;
    const blocks = length - (length % 8);
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    for (; at < blocks; at += 8) {
      const a = low ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
      const b = high ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24));
      const i7 = 0x700 | (a & 0xff);
      const i6 = 0x600 | ((a >>> 8) & 0xff);
      const i5 = 0x500 | ((a >>> 16) & 0xff);
      const i4 = 0x400 | (a >>> 24);
      const i3 = 0x300 | (b & 0xff);
      const i2 = 0x200 | ((b >>> 8) & 0xff);
      const i1 = 0x100 | ((b >>> 16) & 0xff);
      const i0 = b >>> 24;
      high = HIGH[i7]! ^ HIGH[i6]! ^ HIGH[i5]! ^ HIGH[i4]! ^ HIGH[i3]! ^ HIGH[i2]! ^ HIGH[i1]! ^ HIGH[i0]!;
      low = LOW[i7]! ^ LOW[i6]! ^ LOW[i5]! ^ LOW[i4]! ^ LOW[i3]! ^ LOW[i2]! ^ LOW[i1]! ^ LOW[i0]!;
    }
    for (; at < length; at++) {
      const index = (low ^ bytes[at]!) & 0xff;
      low = LOW[index]! ^ ((low >>> 8) | (high << 24));
      high = HIGH[index]! ^ (high >>> 8);
    }
    this.#high = high;
    this.#low = low;
  }

  /** Eight bytes, big-endian. */
  digest(): Buffer {
    const digest = Buffer.alloc(8);
    digest.writeUInt32BE(~this.#high >>> 0, 0);
    digest.writeUInt32BE(~this.#low >>> 0, 4);
    return digest;
  }
}

/** Remainders of each byte value, followed by 0 to 7 zero bytes. */
const HIGH = new Int32Array(8 * 256);
const LOW = new Int32Array(8 * 256);

for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c_9329_ac4b_c9b5n : crc >> 1n;
  HIGH[byte] = Number(BigInt.asIntN(32, crc >> 32n));
  LOW[byte] = Number(BigInt.asIntN(32, crc));
}
for (let index = 256; index < HIGH.length; index++) {
  const high = HIGH[index - 256]!;
  const low = LOW[index - 256]!;
  HIGH[index] = HIGH[low & 0xff]! ^ (high >>> 8);
  LOW[index] = LOW[low & 0xff]! ^ ((low >>> 8) | (high << 24));
}
