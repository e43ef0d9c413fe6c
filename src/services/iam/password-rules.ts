import { fault } from '../../kernel/fault.ts';
import type { AccountSettings, PasswordPolicy } from './account-settings.ts';
import type { UserRecord } from './users.ts';

/**
 * Holds a password to the account's policy or, where it has none, to AWS's default: 8 characters of three kinds, not the
 * name of the account.
 *
 * @throws {Fault} `PasswordPolicyViolation`
 * @see IAM: "Set an account password policy for IAM users"
 */
export const requireAcceptable = (
  password: string,
  { account, userName }: UserRecord,
  { alias, passwordPolicy }: AccountSettings,
): void => {
  const ofAccount = [account, alias, userName].some((name) => name?.toLowerCase() === password.toLowerCase());
  const acceptable = passwordPolicy ? meets(password, passwordPolicy) : meetsDefault(password);
  if (ofAccount || !acceptable) {
    throw fault('PasswordPolicyViolation', 'Password does not conform to the account password policy.');
  }
};

const kinds = {
  uppercase: /[A-Z]/,
  lowercase: /[a-z]/,
  number: /[0-9]/,
  symbol: /[!@#$%^&*()_+\-=[\]{}|']/,
} as const;

const meets = (password: string, policy: PasswordPolicy): boolean =>
  password.length >= policy.minimumLength &&
  (!policy.requireUppercase || kinds.uppercase.test(password)) &&
  (!policy.requireLowercase || kinds.lowercase.test(password)) &&
  (!policy.requireNumbers || kinds.number.test(password)) &&
  (!policy.requireSymbols || kinds.symbol.test(password));

const meetsDefault = (password: string): boolean =>
  password.length >= 8 && Object.values(kinds).filter((kind) => kind.test(password)).length >= 3;
