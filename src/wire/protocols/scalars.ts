import type { NumberShape, Ref, TimestampFormat } from '../../model/shape.ts';

/**
 * Decodes base64 (RFC 4648 §4), strictly: undefined for anything but the one canonical text of some bytes. Node's decoder
 * by itself takes white space, the URL alphabet, missing padding and even characters beyond ASCII.
 */
export const findBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

/** A decimal number as text formats spell it: leading zeros allowed, no plus, no hexadecimal, no infinity. */
export const DECIMAL_NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The number of the given type.
 *
 * @param text in JSON's grammar
 * @returns a bigint only for a long beyond ±(2^53 - 1); undefined when not integral, out of 32 or 64 bits, or not finite
 */
export const findNumber = (text: string, type: NumberShape['type']): number | bigint | undefined => {
  const value = Number(text);
  switch (type) {
    case 'integer':
      return (value | 0) === value ? value | 0 : undefined;
    case 'long':
      return Number.isSafeInteger(value) ? value : findBigLong(text);
    case 'float':
      return Number.isFinite(Math.fround(value)) ? value : undefined;
    case 'double':
      return Number.isFinite(value) ? value : undefined;
  }
};

/** The number that a text format spells: a {@link DECIMAL_NUMBER}, or what {@link findNonFinite} knows. */
export const findTextNumber = (text: string, type: NumberShape['type']): number | bigint | undefined =>
  DECIMAL_NUMBER.test(text) ? findNumber(text, type) : findNonFinite(text, type);

/**
 * A float or double that no decimal number is, under the name that every text format has for it; undefined for other types.
 *
 * @see Smithy: "AWS restJson1 protocol", JSON shape serialization, float
 */
export const findNonFinite = (text: string, type: NumberShape['type']): number | undefined =>
  type === 'float' || type === 'double' ? NON_FINITE.get(text) : undefined;

const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const findBigLong = (text: string): bigint | undefined => {
  if (!/^-?\d{16,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
};

/** Epoch seconds with or without a fraction, rounded to milliseconds; undefined beyond what a Date can hold. */
export const findEpochSeconds = (text: string): Date | undefined =>
  validDate(new Date(Math.round(Number(text) * 1000)));

/** An ISO-8601 date and time with offset; undefined for anything else. */
export const findIso8601 = (text: string): Date | undefined =>
  ISO_8601.test(text) ? validDate(new Date(text)) : undefined;

/** An HTTP date (RFC 9110 §5.6.7), with or without a fraction of the second; undefined for anything else. */
export const findHttpDate = (text: string): Date | undefined =>
  HTTP_DATE.test(text) ? validDate(new Date(text)) : undefined;

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}(?:\.\d{1,3})? GMT$/;

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

const validDate = (date: Date): Date | undefined => (Number.isNaN(date.getTime()) ? undefined : date);

/** ISO-8601 in UTC, with milliseconds only where there are any: `2024-01-01T00:00:00Z`. */
export const formatIso8601 = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

/** An HTTP date, without the milliseconds: `Mon, 01 Jan 2024 00:00:00 GMT`. */
export const formatHttpDate = (date: Date): string => date.toUTCString();

/** Epoch seconds with the milliseconds as fraction. */
export const formatEpochSeconds = (date: Date): string => String(date.getTime() / 1000);

/** The format of a timestamp at this place. */
export const timestampFormatOf = (ref: Ref, usual: TimestampFormat): TimestampFormat =>
  ref.timestampFormat ?? (ref.shape.type === 'timestamp' ? ref.shape.timestampFormat : undefined) ?? usual;
