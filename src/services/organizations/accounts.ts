import { pageOf } from '../../kernel/paging.ts';
import { collection, type Page, type PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { ServiceAccess } from './organizations.ts';
import type { Tags } from './tags.ts';

/** What Organizations knows of an account. It stays when the account leaves, so that name, email and closure are not lost. */
export interface AccountRecord {
  readonly account: string;
  readonly name: string;
  readonly email: string;
  readonly state: 'ACTIVE' | 'PENDING_CLOSURE' | 'SUSPENDED' | 'CLOSED';
  /** Milliseconds since the epoch. */
  readonly closedAt?: number;
  /** Absent: in no organization. */
  readonly membership?: MembershipRecord;
}

/** An account's place in its organization. */
export interface MembershipRecord {
  readonly organizationId: string;
  /** The root or an OU. */
  readonly parentId: string;
  readonly joinedMethod: 'INVITED' | 'CREATED';
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
  readonly tags: Tags;
  /** Services that the account administers for the organization. */
  readonly delegations: readonly ServiceAccess[];
}

/** An account that is in an organization. */
export type MemberRecord = AccountRecord & { readonly membership: MembershipRecord };

const records = collection<AccountRecord>('organizations.accounts', {
  key: ['account'],
  indexes: {
    email: ({ email }) => [email.toLowerCase()],
    organization: ({ membership }) => membership && [membership.organizationId],
    parent: ({ membership }) => membership && [membership.organizationId, membership.parentId],
  },
});

/** Accounts that are, or were, in an organization. */
export const accounts = {
  find: (tx: Transaction, account: string): AccountRecord | undefined => records.find(tx, [account]),

  /** The account, if it is in this organization. */
  findMember: (tx: Transaction, organizationId: string, account: string): MemberRecord | undefined => {
    const record = records.find(tx, [account]);
    return record && isMember(record) && record.membership.organizationId === organizationId ? record : undefined;
  },

  findByEmail: (tx: Transaction, email: string): AccountRecord | undefined =>
    records.listBy(tx, 'email', [email.toLowerCase()])[0],

  put: (tx: Transaction, record: AccountRecord): void => records.put(tx, [record.account], record),

  /** Every account of an organization, by id. */
  all: (tx: Transaction, organizationId: string): readonly MemberRecord[] =>
    records.listBy(tx, 'organization', [organizationId]).filter(isMember),

  /** Accounts directly below a root or OU, by id. */
  childrenOf: (tx: Transaction, organizationId: string, parentId: string): readonly MemberRecord[] =>
    records.listBy(tx, 'parent', [organizationId, parentId]).filter(isMember),
} as const;

/** Pages through accounts that were read together. */
export const pageOfAccounts = (all: readonly MemberRecord[]): ((page: PageRequest) => Page<MemberRecord>) =>
  pageOf(all, ({ account }) => account);

/** Whether an account is in an organization. */
export const isMember = (record: AccountRecord): record is MemberRecord => record.membership !== undefined;

/** Name and email of an account that nobody has given any: it was there before Organizations knew it. */
export const unnamed = (account: string): AccountRecord => ({
  account,
  name: `Account ${account}`,
  // RFC 2606 §2: names under .invalid never exist.
  email: `${account}@account.invalid`,
  state: 'ACTIVE',
});
