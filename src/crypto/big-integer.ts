import { randomBytes } from './random.ts';

/** Arithmetic on scalars, for what node:crypto does not do. Its time depends on its operands: secret ones are blinded. */

/** @param bytes big-endian */
export const toBigInt = (bytes: Uint8Array): bigint => {
  // Not through hexadecimal text: a string of a secret could not be cleared.
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
};

/** @param bytes little-endian */
export const fromLittleEndian = (bytes: Uint8Array): bigint => {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]!);
  return value;
};

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
const invert = (value: bigint, modulus: bigint): bigint => {
  let [low, high] = [mod(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - low * quotient, low];
    [x, y] = [y - x * quotient, x];
  }
  return mod(x, modulus);
};

const blindingBytes = 16;

/**
 * A secret under another name: the same residue, and every time another number, so that what is computed with it takes a
 * time that tells nothing of it.
 */
export const blinded = (secret: bigint, modulus: bigint): bigint =>
  secret + toBigInt(randomBytes(blindingBytes)) * modulus;

/** As {@link invert}, for a secret: what is inverted is its product with a random number. */
export const invertSecret = (value: bigint, modulus: bigint): bigint => {
  const factor = 1n + (toBigInt(randomBytes(bytesOf(modulus) + blindingBytes)) % (modulus - 1n));
  return mod(factor * invert(value * factor, modulus), modulus);
};

const bytesOf = (modulus: bigint): number => Math.ceil(modulus.toString(16).length / 2);
