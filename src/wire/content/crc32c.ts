/** CRC-32C (Castagnoli), as of RFC 3720 §12.1, eight bytes at a time. */
export class Crc32c {
  #crc = 0xffff_ffff;

  update(bytes: Uint8Array): void {
    const { length } = bytes;
    const blocks = length - (length % 8);
    let crc = this.#crc;
    let at = 0;
    for (; at < blocks; at += 8) {
      const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
      crc =
        TABLE[0x700 | (low & 0xff)]! ^
        TABLE[0x600 | ((low >>> 8) & 0xff)]! ^
        TABLE[0x500 | ((low >>> 16) & 0xff)]! ^
        TABLE[0x400 | (low >>> 24)]! ^
        TABLE[0x300 | bytes[at + 4]!]! ^
        TABLE[0x200 | bytes[at + 5]!]! ^
        TABLE[0x100 | bytes[at + 6]!]! ^
        TABLE[bytes[at + 7]!]!;
    }
    for (; at < length; at++) crc = TABLE[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
    this.#crc = crc;
  }

  /** Four bytes, big-endian. */
  digest(): Buffer {
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(~this.#crc >>> 0);
    return digest;
  }
}

/** Remainders of each byte value, followed by 0 to 7 zero bytes. */
const TABLE = (() => {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
    table[byte] = crc;
  }
  for (let index = 256; index < table.length; index++) {
    const crc = table[index - 256]!;
    table[index] = (crc >>> 8) ^ table[crc & 0xff]!;
  }
  return table;
})();
