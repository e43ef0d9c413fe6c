/**
 * The few forms of DER that signatures and enveloped data need.
 *
 * @see X.690 §8, §10
 */

/** One element: identifier octet, definite length, content. */
export const derElement = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([tag]), derLength(length), ...parts]);
};

const derLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([0x80 | significant.length]), significant]);
};

/** SEQUENCE of elements that are encoded already. */
export const derSequence = (...parts: readonly Uint8Array[]): Buffer => derElement(0x30, ...parts);

/** SET of one element or of elements that are in order already. */
export const derSet = (...parts: readonly Uint8Array[]): Buffer => derElement(0x31, ...parts);

/** OCTET STRING. */
export const derOctetString = (bytes: Uint8Array): Buffer => derElement(0x04, bytes);

/** INTEGER of a number that is not negative. @param bytes big-endian, leading zeros allowed */
export const derInteger = (bytes: Uint8Array): Buffer => {
  const first = bytes.findIndex((byte) => byte !== 0);
  const magnitude = first < 0 ? Buffer.alloc(1) : bytes.subarray(first);
  return magnitude[0]! & 0x80 ? derElement(0x02, Buffer.alloc(1), magnitude) : derElement(0x02, magnitude);
};

/** OBJECT IDENTIFIER. @param dotted e.g. `2.16.840.1.101.3.4.2.1` */
export const derOid = (dotted: string): Buffer => {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  return derElement(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
};

const base128 = (arc: number): number[] => {
  const bytes = [arc & 0x7f];
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
};

/** NULL. */
export const derNull: Buffer = Buffer.from([0x05, 0x00]);

/** One element as it was read, and what comes after it. */
export interface DerElement {
  readonly content: Buffer;
  readonly rest: Buffer;
}

/**
 * Reads one element from the front.
 *
 * @returns undefined unless the bytes begin with that tag, a length in its shortest form and as many bytes
 */
export const readDer = (bytes: Buffer, tag: number): DerElement | undefined => {
  if (bytes[0] !== tag || bytes.length < 2) return undefined;
  const first = bytes[1]!;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (first >= 0x80 && (lengthBytes === 0 || lengthBytes > 4 || bytes.length < 2 + lengthBytes)) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  if (lengthBytes > 0 && (length < 0x80 || bytes[2] === 0)) return undefined;
  const start = 2 + lengthBytes;
  if (bytes.length < start + length) return undefined;
  return { content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
};

/** Reads an INTEGER that is not negative and in its shortest form; its content keeps the leading zero of the sign. */
export const readDerInteger = (bytes: Buffer): DerElement | undefined => {
  const element = readDer(bytes, 0x02);
  const [first, second] = element?.content ?? [];
  if (first === undefined || first & 0x80) return undefined;
  return first === 0 && second !== undefined && !(second & 0x80) ? undefined : element;
};
