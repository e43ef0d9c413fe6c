import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { timestamp } from './names.ts';
import { type quotas, requireWithinQuota } from './quotas.ts';

/** One account: that it exists, what it holds and the access keys of its root user. */
export interface AccountRecord {
  readonly account: string;
  readonly createdAt: string;
  readonly rootAccessKeyIds: readonly string[];
  /** How many entities it has, by the quota that bounds them. */
  readonly counts: Readonly<Partial<Record<AccountQuota, number>>>;
}

/** Quotas that count what an account holds. */
export type AccountQuota = Extract<keyof typeof quotas, `${string}PerAccount`>;

const records = collection<AccountRecord>('iam.accounts', { key: ['account'] });

/** The accounts of this server. Counters live in the account's record, so that two processes cannot pass a quota together. */
export const accounts = {
  find: (tx: Transaction, account: string): AccountRecord | undefined => records.find(tx, [account]),

  /** The account's record, or what it would be if the account came into being now; writes nothing. */
  findOrNew: (tx: Transaction, account: string, now: Date): AccountRecord =>
    records.find(tx, [account]) ?? { account, createdAt: timestamp(now), rootAccessKeyIds: [], counts: {} },

  /** Makes sure that the account exists. */
  ensure: (tx: Transaction, account: string, now: Date): void => {
    if (!records.find(tx, [account])) accounts.replace(tx, accounts.findOrNew(tx, account, now));
  },

  /** Every account of this server. */
  all: (tx: Transaction): readonly AccountRecord[] => records.list(tx, [], { limit: Number.MAX_SAFE_INTEGER }).items,

  replace: (tx: Transaction, record: AccountRecord): void => records.put(tx, [record.account], record),

  /**
   * Counts one more entity of a kind.
   *
   * @throws {Fault} `LimitExceeded`
   */
  countOneMore: (tx: Transaction, account: string, quota: AccountQuota, now: Date): void => {
    const record = accounts.findOrNew(tx, account, now);
    const count = (record.counts[quota] ?? 0) + 1;
    requireWithinQuota(quota, count);
    accounts.replace(tx, { ...record, counts: { ...record.counts, [quota]: count } });
  },

  /** Counts one entity less. */
  countOneLess: (tx: Transaction, account: string, quota: AccountQuota): void => {
    const record = records.find(tx, [account]);
    if (!record) return;
    accounts.replace(tx, { ...record, counts: { ...record.counts, [quota]: (record.counts[quota] ?? 1) - 1 } });
  },
} as const;

/** ARN of an account's root user; also how policies name the whole account. */
export const rootArn = (account: string): string => `arn:aws:iam::${account}:root`;
