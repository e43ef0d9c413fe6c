import { identifier } from '../crypto/draws.ts';
import { randomBytes } from '../crypto/random.ts';

/** `AKIA`: long-term key of a user or root. `ASIA`: temporary key, only valid with its session token. */
export type AccessKeyPrefix = 'AKIA' | 'ASIA';

/**
 * Makes an access key id: the prefix and 16 base32 characters that carry the account, as AWS's do.
 *
 * The 80 bits are: 1 (always set) · 40 bits account id · 39 random bits.
 *
 * @param account 12 digits
 */
export const newAccessKeyId = (prefix: AccessKeyPrefix, account: string): string =>
  identifier(prefix + account, () => {
    const random = BigInt(`0x${randomBytes(5).toString('hex')}`) & randomMask;
    return prefix + toBase32((1n << 79n) | (BigInt(account) << 39n) | random, 16);
  });

/** The account that an access key id carries; undefined when it is not of the form that {@link newAccessKeyId} makes. */
export const accountOfAccessKeyId = (accessKeyId: string): string | undefined => {
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (const character of accessKeyId.slice(4)) bits = (bits << 5n) | BigInt(base32.indexOf(character));
  const account = (bits >> 39n) & accountMask;
  return bits >> 79n === 1n && account < 10n ** 12n ? account.toString().padStart(12, '0') : undefined;
};

/** A secret access key: 40 characters of base64 from 30 random bytes, as AWS's are. */
export const newSecretAccessKey = (): string => randomBytes(30).toString('base64');

/** RFC 4648 §6 */
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const randomMask = (1n << 39n) - 1n;
const accountMask = (1n << 40n) - 1n;

const toBase32 = (bits: bigint, length: number): string => {
  let text = '';
  for (let rest = bits; text.length < length; rest >>= 5n) text = base32[Number(rest & 31n)] + text;
  return text;
};
