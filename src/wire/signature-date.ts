import { type Fault, fault } from '../kernel/fault.ts';

/** How far a signature's time may lie from the server's. AWS's JSON and Query services: five minutes. */
const allowedSkewMinutes = 5;

/** The time that a request was signed for. */
export interface SigningTime {
  /** ISO 8601 basic format, `YYYYMMDDTHHMMSSZ`: second line of the string to sign. */
  readonly timestamp: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/**
 * Reads an `X-Amz-Date` value, or a `Date` header in ISO 8601 basic format or as an HTTP date (RFC 9110 §5.6.7).
 *
 * @returns undefined for anything else
 */
export const findSigningTime = (text: string): SigningTime | undefined => {
  if (text !== lastText) {
    lastText = text;
    lastTime = parseTime(text);
  }
  return lastTime;
};

/** Requests of one second carry the same text. */
let lastText = '';
let lastTime: SigningTime | undefined;

const parseTime = (text: string): SigningTime | undefined => {
  const time = basicFormat.test(text) ? parseBasic(text) : httpDate.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) return undefined;
  return { timestamp: text.length === 16 ? text : formatBasic(time), time };
};

/** The fault of a request whose date is in no accepted format. */
export const dateFormatFault = (text: string): Fault =>
  fault(
    'IncompleteSignature',
    `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );

const basicFormat = /^\d{8}T\d{6}Z$/;
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

const parseBasic = (text: string): number => {
  const month = digits(text, 4, 6);
  const day = digits(text, 6, 8);
  const hour = digits(text, 9, 11);
  const minute = digits(text, 11, 13);
  const second = digits(text, 13, 15);
  const inRange = month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59;
  if (!inRange) return Number.NaN;
  const year = digits(text, 0, 4);
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/** The number in `text[from, to)`, which holds only decimal digits. */
const digits = (text: string, from: number, to: number): number => {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
};

/** Formats a time as `YYYYMMDDTHHMMSSZ`. */
const formatBasic = (time: number): string => `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/**
 * Holds the signing time of a request to the server's clock.
 *
 * @param realNow milliseconds since the epoch of the real clock
 * @param lifetimeSeconds of a presigned request, which may be that old
 * @returns SignatureDoesNotMatch, or undefined when the time is acceptable
 */
export const skewFault = (signed: SigningTime, realNow: number, lifetimeSeconds?: number): Fault | undefined => {
  const now = realNow - (realNow % 1000);
  const skew = allowedSkewMinutes * 60_000;
  const latest = now + skew;
  if (signed.time > latest) {
    const sum = `${formatBasic(now)} + ${allowedSkewMinutes} min.`;
    return fault(
      'SignatureDoesNotMatch',
      `Signature not yet current: ${signed.timestamp} is still later than ${formatBasic(latest)} (${sum})`,
    );
  }
  const lifetime = lifetimeSeconds === undefined ? skew : lifetimeSeconds * 1000;
  const earliest = now - lifetime;
  if (signed.time >= earliest) return undefined;
  const age = lifetime % 60_000 === 0 ? `${lifetime / 60_000} min.` : `${lifetime / 1000} sec.`;
  return fault(
    'SignatureDoesNotMatch',
    `Signature expired: ${signed.timestamp} is now earlier than ${formatBasic(earliest)} (${formatBasic(now)} - ${age})`,
  );
};
