import { comparisons } from './comparison.ts';

const ISO_8601 =
  /^(-?\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[Tt](?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?)?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;
const EPOCH_SECONDS = /^\d{1,19}$/;
const MAX_EPOCH_SECONDS = 9_223_372_036_854_775_807n;

/**
 * Reads the W3C profile of ISO 8601 (`2026-01`, `2026-01-31`, `2026-01-31T23:59:59Z`; fractions and offsets allowed) or,
 * where there are only digits, seconds since 1970. Without an offset the time is UTC.
 *
 * @returns milliseconds since 1970; undefined where the text is no such date
 * @see IAM: "Condition operators: Date condition operators"
 */
export function readDate(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return BigInt(text) <= MAX_EPOCH_SECONDS ? Number(text) * 1000 : undefined;
  const parts = ISO_8601.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = [
    Number(parts[1]),
    ...[parts[2] ?? '1', parts[3] ?? '1', parts[4] ?? '0', parts[5] ?? '0', parts[6] ?? '0'].map(Number),
  ] as [number, number, number, number, number, number];
  if (year < -292_275_054 || year > 292_278_993) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const offset = readOffset(parts[8] ?? 'Z');
  if (offset === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3)));
  const time = date.getTime() - offset;
  // AWS takes years that a Date cannot hold; they lie before or after every request.
  return Number.isNaN(time) ? Math.sign(year) * Number.POSITIVE_INFINITY : time;
}

const daysIn = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
    ? 29
    : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;

/** @returns milliseconds east of UTC */
function readOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return undefined;
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The date operators. @see IAM: "Condition operators: Date condition operators" */
export const dateOperators = comparisons('Date', readDate);
