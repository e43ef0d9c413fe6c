import { randomInt } from 'node:crypto';
import { fault } from '../../kernel/fault.ts';

/** What GetRandomPassword takes. */
export interface PasswordRules {
  readonly PasswordLength?: number | undefined;
  readonly ExcludeCharacters?: string | undefined;
  readonly ExcludeNumbers?: boolean | undefined;
  readonly ExcludePunctuation?: boolean | undefined;
  readonly ExcludeUppercase?: boolean | undefined;
  readonly ExcludeLowercase?: boolean | undefined;
  readonly IncludeSpace?: boolean | undefined;
  readonly RequireEachIncludedType?: boolean | undefined;
}

const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const uppercase = lowercase.toUpperCase();
const numbers = '0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * Draws a password: each that the rules allow is as likely as any other.
 *
 * @throws {Fault} InvalidParameterException: nothing is left to draw from, or it is too short for a character of each type
 * @see Secrets Manager API: GetRandomPassword
 */
export const randomPassword = (rules: PasswordRules): string => {
  const { PasswordLength: length = 32, ExcludeCharacters: excluded = '', RequireEachIncludedType: each = true } = rules;
  const types = [
    ...(rules.ExcludeLowercase ? [] : [lowercase]),
    ...(rules.ExcludeUppercase ? [] : [uppercase]),
    ...(rules.ExcludeNumbers ? [] : [numbers]),
    ...(rules.ExcludePunctuation ? [] : [punctuation]),
  ]
    .map((type) => [...type].filter((character) => !excluded.includes(character)))
    .filter((type) => type.length > 0);
  const pool = [...types.flat(), ...(rules.IncludeSpace && !excluded.includes(' ') ? [' '] : [])];
  if (pool.length === 0) {
    throw fault('InvalidParameterException', 'The password must have at least one character type to draw from.');
  }
  if (each && length < types.length) {
    throw fault('InvalidParameterException', 'Password length is too short based on the required types.');
  }
  for (;;) {
    // Drawn anew as a whole until it has all types: patching one in would make some passwords likelier than others.
    const password = Array.from({ length }, () => pool[randomInt(pool.length)]!);
    if (!each || types.every((type) => password.some((character) => type.includes(character))))
      return password.join('');
  }
};
