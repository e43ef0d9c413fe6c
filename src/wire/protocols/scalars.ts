import { fault } from '../../kernel/fault.ts';
import type { NumberShape, Ref, TimestampFormat } from '../../model/shape.ts';

/**
 * Decodes base64 (RFC 4648 §4), strictly: standard alphabet, padding, nothing else.
 *
 * @throws {Fault} `Serialization`
 */
export const parseBase64 = (text: string): Buffer => {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(text, 'base64');
  // Node skips what is no base64, so any such character makes the result too short; it also takes the URL alphabet.
  const complete = text.length % 4 === 0 && bytes.length === (text.length / 4) * 3 - padding;
  if (!complete || text.includes('-') || text.includes('_')) throw fault('Serialization', 'Invalid base64');
  return bytes;
};

/**
 * Parses a number of the given type.
 *
 * @param text a JSON number
 * @returns a bigint only for a long beyond ±(2^53 - 1)
 * @throws {Fault} `Serialization`: not integral, out of 32 or 64 bits, or not finite
 */
export const parseNumber = (text: string, type: NumberShape['type']): number | bigint => {
  const value = Number(text);
  if (type === 'double' && Number.isFinite(value)) return value;
  if (type === 'float' && Number.isFinite(Math.fround(value))) return value;
  if (type === 'integer' && (value | 0) === value) return value;
  if (type === 'long' && Number.isSafeInteger(value)) return value;
  if (type === 'long' && /^-?\d{16,19}$/.test(text)) {
    const exact = BigInt(text);
    if (BigInt.asIntN(64, exact) === exact) return exact;
  }
  throw fault('Serialization', `NUMBER_VALUE can not be converted to ${numberNames[type]}`);
};

/** How messages call the number types. */
export const numberNames: Readonly<Record<NumberShape['type'], string>> = {
  integer: 'an Integer',
  long: 'a Long',
  float: 'a Float',
  double: 'a Double',
};

/** Parses epoch seconds with or without a fraction; rounds to milliseconds. @throws {Fault} `Serialization` */
export const parseEpochSeconds = (text: string): Date => validDate(new Date(Math.round(Number(text) * 1000)));

/** Parses an ISO-8601 date and time with offset. @throws {Fault} `Serialization` */
export const parseIso8601 = (text: string): Date => {
  if (!ISO_8601.test(text)) throw fault('Serialization', 'Invalid timestamp');
  return validDate(new Date(text));
};

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

const validDate = (date: Date): Date => {
  if (Number.isNaN(date.getTime())) throw fault('Serialization', 'Invalid timestamp');
  return date;
};

/** ISO-8601 in UTC, with milliseconds only where there are any: `2024-01-01T00:00:00Z`. */
export const formatIso8601 = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

/** Epoch seconds with the milliseconds as fraction. */
export const formatEpochSeconds = (date: Date): string => String(date.getTime() / 1000);

/** The format of a timestamp at this place. */
export const timestampFormatOf = (ref: Ref, usual: TimestampFormat): TimestampFormat =>
  ref.timestampFormat ?? (ref.shape.type === 'timestamp' ? ref.shape.timestampFormat : undefined) ?? usual;
