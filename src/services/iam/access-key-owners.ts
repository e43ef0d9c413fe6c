import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Transaction } from '../../store/store.ts';
import type { OwnerReference } from './access-keys.ts';
import { type AccountRecord, accounts, rootArn } from './accounts.ts';
import type { quotas } from './quotas.ts';
import { type UserRecord, userResource, users } from './users.ts';

/** Who has long-term access keys: a user, or an account's root user. */
export interface AccessKeyOwner extends Resource {
  /** Absent for root. */
  readonly userName?: string;
  /** What key records say about their owner. */
  readonly reference: OwnerReference;
  /** Oldest first. */
  readonly accessKeyIds: readonly string[];
  readonly quota: Extract<keyof typeof quotas, 'AccessKeysPerUser' | 'AccessKeysPerAccount'>;
  /** Writes a new list of keys into the owner's record. */
  replaceKeys(tx: Transaction, accessKeyIds: readonly string[]): void;
}

/** A user as the owner of access keys. */
export const userOwner = (record: UserRecord): AccessKeyOwner => ({
  ...userResource(record),
  userName: record.userName,
  reference: userReference(record),
  accessKeyIds: record.accessKeyIds,
  quota: 'AccessKeysPerUser',
  replaceKeys: (tx, accessKeyIds) => users.put(tx, { ...record, accessKeyIds }),
});

/** An account's root user as the owner of access keys. */
export const rootOwner = (record: AccountRecord): AccessKeyOwner => ({
  arn: rootArn(record.account),
  account: record.account,
  reference: { kind: 'root' },
  accessKeyIds: record.rootAccessKeyIds,
  quota: 'AccessKeysPerAccount',
  replaceKeys: (tx, rootAccessKeyIds) => accounts.replace(tx, { ...record, rootAccessKeyIds }),
});

/** The owner with a user's name, or what stands for it where there is none. */
export const findOwner = (tx: Transaction, account: string, userName: string): AccessKeyOwner | AbsentResource => {
  const resource = users.resource(tx, account, userName);
  return 'record' in resource ? userOwner(resource.record) : resource;
};

/** What key records say about a user. */
export const userReference = ({ userName, userId }: UserRecord): OwnerReference => ({ kind: 'user', userName, userId });
