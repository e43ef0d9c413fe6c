import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Seconds that one code is for. */
const stepSeconds = 30;

/** The step that a moment lies in. @see RFC 6238 §4.2 */
export const stepOf = (moment: Date): number => Math.floor(moment.getTime() / 1000 / stepSeconds);

/**
 * The six-digit code of a step.
 *
 * @param seed HMAC-SHA-1 key
 * @see RFC 6238 §4; RFC 4226 §5.3
 */
export const totp = (seed: KeyObject, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', seed).update(counter).digest();
  const offset = digest[19]! & 15;
  const truncated = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(truncated % 1_000_000).padStart(6, '0');
};

/** Whether a code is that of a step, in constant time. @param code six digits */
export const isCodeOf = (seed: KeyObject, step: number, code: string): boolean =>
  timingSafeEqual(Buffer.from(totp(seed, step)), Buffer.from(code));
