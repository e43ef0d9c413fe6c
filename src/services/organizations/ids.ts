import { identifier } from '../../crypto/draws.ts';
import { randomBytes } from '../../crypto/random.ts';

/** Ids of Organizations: a prefix and random lower-case letters and digits. @see Organizations API Reference: patterns of the ids */
export const newId = {
  organization: (): string => `o-${randomText(10)}`,
  root: (): string => `r-${randomText(4)}`,
  /** @param rootId `r-ab12`, whose letters the ids of its OUs carry */
  unit: (rootId: string): string => `ou-${rootId.slice(2)}-${randomText(8)}`,
  policy: (): string => `p-${randomText(10)}`,
  transfer: (): string => `rt-${randomText(12)}`,
  handshake: (): string => `h-${randomText(12)}`,
  createAccountRequest: (): string => `car-${randomText(32)}`,
  resourcePolicy: (): string => `rp-${randomText(8)}`,
  /** 12 digits that do not begin with 0. */
  account: (): string => `${1 + Number(randomText(1, '012345678'))}${randomText(11, '0123456789')}`,
} as const;

const lettersAndDigits = '0123456789abcdefghijklmnopqrstuvwxyz';

const randomText = (length: number, alphabet = lettersAndDigits): string =>
  identifier(`${length} of ${alphabet}`, () => freshText(length, alphabet));

const freshText = (length: number, alphabet: string): string => {
  // Bytes beyond the last multiple of the alphabet are drawn again: every character is as likely as the others.
  const usable = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length)
    for (const byte of randomBytes(length)) if (byte < usable) text += alphabet[byte % alphabet.length];
  return text.slice(0, length);
};
