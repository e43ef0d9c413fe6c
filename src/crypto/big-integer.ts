/** Arithmetic on scalars, for what node:crypto does not do. Its time depends on its operands: see where it is used. */

/** @param bytes big-endian */
export const toBigInt = (bytes: Uint8Array): bigint => {
  // Not through hexadecimal text: a string of a secret could not be cleared.
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
};

/** @param bytes little-endian */
export const fromLittleEndian = (bytes: Uint8Array): bigint => toBigInt(Uint8Array.from(bytes).reverse());

/** @returns `length` bytes, big-endian */
export const toBytes = (value: bigint, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = length - 1, rest = value; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
};

/** The residue from 0 to modulus - 1. */
export const mod = (value: bigint, modulus: bigint): bigint => {
  const residue = value % modulus;
  return residue < 0n ? residue + modulus : residue;
};

/** The inverse modulo a prime, by the extended Euclidean algorithm. @param value not a multiple of `modulus` */
export const invert = (value: bigint, modulus: bigint): bigint => {
  let [low, high] = [mod(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - low * quotient, low];
    [x, y] = [y - x * quotient, x];
  }
  return mod(x, modulus);
};
