import { type Fault, fault } from '../../kernel/fault.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { accountSettings } from './account-settings.ts';
import { requireAcceptable } from './password-rules.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { UserRecord } from './users.ts';

/** A user's password for the console. */
export interface LoginProfileRecord {
  readonly userId: string;
  readonly createdAt: string;
  /** When the password was set, as opposed to the profile. */
  readonly passwordSetAt: string;
  readonly passwordResetRequired: boolean;
  readonly passwordHash: string;
  /** Hashes of earlier passwords, newest first. */
  readonly earlierHashes: readonly string[];
}

const records = collection<LoginProfileRecord>('iam.login-profiles', { key: ['userId'] });

/** As many earlier passwords as a password policy can forbid. */
const maxEarlierHashes = 24;

/** Login profiles by user. */
export const loginProfiles = {
  find: (tx: Transaction, { userId }: UserRecord): LoginProfileRecord | undefined => records.find(tx, [userId]),

  /** @throws {Fault} `NoSuchEntity` */
  get: (tx: Transaction, user: UserRecord): LoginProfileRecord => {
    const profile = loginProfiles.find(tx, user);
    if (!profile) throw noProfile(user);
    return profile;
  },

  put: (tx: Transaction, profile: LoginProfileRecord): void => records.put(tx, [profile.userId], profile),

  delete: (tx: Transaction, { userId }: UserRecord): void => records.delete(tx, [userId]),
} as const;

/**
 * Hashes a first password.
 *
 * @throws {Fault} `PasswordPolicyViolation`
 */
export const firstPassword = async (tx: Transaction, user: UserRecord, password: string): Promise<string> => {
  requireAcceptable(password, user, accountSettings.find(tx, user.account));
  return hashPassword(password);
};

/**
 * The profile with another password.
 *
 * @throws {Fault} `PasswordPolicyViolation`, also for a password used before where the account forbids it
 */
export const withPassword = async (
  tx: Transaction,
  user: UserRecord,
  profile: LoginProfileRecord,
  password: string,
  passwordSetAt: string,
): Promise<LoginProfileRecord> => {
  const settings = accountSettings.find(tx, user.account);
  requireAcceptable(password, user, settings);
  const used = [profile.passwordHash, ...profile.earlierHashes];
  for (const hash of used.slice(0, settings.passwordPolicy?.reusePrevention ?? 0)) {
    if (await isPassword(password, hash)) {
      throw fault('PasswordPolicyViolation', 'Password does not conform to the account password policy.');
    }
  }
  return {
    ...profile,
    passwordSetAt,
    passwordHash: await hashPassword(password),
    earlierHashes: used.slice(0, maxEarlierHashes),
  };
};

const noProfile = ({ userName }: UserRecord): Fault =>
  fault('NoSuchEntity', `Login Profile for User ${userName} cannot be found.`);
