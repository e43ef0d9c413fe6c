import { type Fault, fault } from '../../kernel/fault.ts';
import type { Resource } from '../../kernel/operation.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';

/** What an account has set for itself; whatever is absent is as AWS has it by default. */
export interface AccountSettings {
  readonly account: string;
  readonly alias?: string;
  readonly passwordPolicy?: PasswordPolicy;
  /** Version of the tokens of STS's global endpoint: where they are valid. */
  readonly globalEndpointTokenVersion?: 'v1Token' | 'v2Token';
}

/** What passwords of an account's users must be like. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  /** 1 to 1095; absent: passwords do not expire. */
  readonly maxAgeDays?: number;
  /** How many earlier passwords may not be used again, 1 to 24. */
  readonly reusePrevention?: number;
  readonly hardExpiry?: boolean;
}

const records = collection<AccountSettings>('iam.account-settings', {
  key: ['account'],
  indexes: { alias: ({ alias }) => (alias === undefined ? undefined : [alias]) },
});

/** Settings by account; aliases are unique among all accounts. */
export const accountSettings = {
  find: (tx: Transaction, account: string): AccountSettings => records.find(tx, [account]) ?? { account },

  findByAlias: (tx: Transaction, alias: string): AccountSettings | undefined => records.listBy(tx, 'alias', [alias])[0],

  put: (tx: Transaction, settings: AccountSettings): void => records.put(tx, [settings.account], settings),
} as const;

/**
 * What a password policy may let all users of the account do, without a policy of theirs: change their own password and
 * read the rules for it.
 *
 * @see IAM User Guide: "Permit IAM users to change their own passwords"
 */
export const grantsOfPasswordPolicy: NonNullable<Resource['grants']> = (_action, _input, { tx, account, caller }) =>
  caller.kind === 'user' && accountSettings.find(tx, account).passwordPolicy?.allowUsersToChange
    ? 'principal'
    : undefined;

/** IAM's answer where an account has no password policy of its own. */
export const noPasswordPolicy = (account: string): Fault =>
  fault('NoSuchEntity', `The Password Policy with domain name ${account} cannot be found.`);
