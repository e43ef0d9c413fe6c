import { crc32 } from 'node:zlib';

/** A header's value: strings, numbers (32-bit integers), booleans, bytes and moments have types of their own. */
export type EventHeader = string | number | bigint | boolean | Uint8Array | Date;

/**
 * Frames one message of an event stream: lengths, headers, payload and two checksums.
 *
 * @see Smithy: "Amazon Event Stream Specification"
 */
export const eventMessage = (headers: Readonly<Record<string, EventHeader>>, payload: Buffer | string): Buffer => {
  const encoded = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const message = Buffer.allocUnsafe(PRELUDE_BYTES + encoded.length + body.length + CHECKSUM_BYTES);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(encoded.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  encoded.copy(message, PRELUDE_BYTES);
  body.copy(message, PRELUDE_BYTES + encoded.length);
  const end = message.length - CHECKSUM_BYTES;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
};

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

const header = (name: string, value: EventHeader): Buffer => {
  const label = Buffer.from(name);
  return Buffer.concat([Buffer.of(label.length), label, headerValue(value)]);
};

/** The type's number and the value. */
const headerValue = (value: EventHeader): Buffer => {
  if (typeof value === 'boolean') return Buffer.of(value ? 0 : 1);
  if (typeof value === 'bigint') return numbered(5, 8, (bytes) => bytes.writeBigInt64BE(value, 1));
  if (typeof value === 'number') return numbered(4, 4, (bytes) => bytes.writeInt32BE(value, 1));
  if (value instanceof Date) return numbered(8, 8, (bytes) => bytes.writeBigInt64BE(BigInt(value.getTime()), 1));
  const isText = typeof value === 'string';
  const bytes = isText ? Buffer.from(value) : value;
  const prefix = Buffer.of(isText ? 7 : 6, bytes.length >> 8, bytes.length & 0xff);
  return Buffer.concat([prefix, bytes]);
};

const numbered = (type: number, size: number, write: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(1 + size, type);
  write(bytes);
  return bytes;
};
