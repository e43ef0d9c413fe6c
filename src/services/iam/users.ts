import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource, Conditions, Resource } from '../../kernel/operation.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { nameKey } from './names.ts';
import type { AttachedPolicy, InlinePolicy } from './policy-holders.ts';
import { iamResourceTagConditions, type Tag, tagRecord } from './tags.ts';

/** One IAM user with everything that is embedded in it or attached to it. */
export interface UserRecord {
  readonly account: string;
  readonly userName: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** `AIDA…`; another one when a user is deleted and created again. */
  readonly userId: string;
  readonly createdAt: string;
  /** Sorted by key. */
  readonly tags: readonly Tag[];
  /** Sorted by name. */
  readonly inlinePolicies: readonly InlinePolicy[];
  /** Attached managed policies, in order of attachment. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  /** ARN of the managed policy that bounds the user. */
  readonly permissionsBoundary?: string;
  readonly accessKeyIds: readonly string[];
  /** In the order in which the user was added. */
  readonly groupNames: readonly string[];
}

/** An IAM user as policies see it. */
export interface IamUser extends Resource {
  readonly record: UserRecord;
}

const records = collection<UserRecord>('iam.users', {
  key: ['account', 'nameKey'],
  indexes: { userId: ({ userId }) => [userId] },
  large: true,
});

/** Users by account and name. */
export const users = {
  find: (tx: Transaction, account: string, userName: string): UserRecord | undefined =>
    records.find(tx, [account, nameKey(userName)]),

  findById: (tx: Transaction, userId: string): UserRecord | undefined => records.listBy(tx, 'userId', [userId])[0],

  /** The user as a resource, or what stands for it where there is none. */
  resource: (tx: Transaction, account: string, userName: string): IamUser | AbsentResource => {
    const record = users.find(tx, account, userName);
    return record ? userResource(record) : absentUser(account, userName);
  },

  put: (tx: Transaction, record: UserRecord): void => records.put(tx, keyOf(record), record),

  delete: (tx: Transaction, record: UserRecord): void => records.delete(tx, keyOf(record)),

  /** A page of an account's users, by name. */
  list: (tx: Transaction, account: string, page: PageRequest): Page<UserRecord> => records.list(tx, [account], page),
} as const;

/** `arn:aws:iam::111122223333:user/path/name` */
export const userArn = ({ account, path, userName }: Pick<UserRecord, 'account' | 'path' | 'userName'>): string =>
  `arn:aws:iam::${account}:user${path}${userName}`;

/** A user as a resource. */
export const userResource = (record: UserRecord): IamUser => ({
  arn: userArn(record),
  account: record.account,
  type: 'AWS::IAM::User',
  tags: tagRecord(record.tags),
  conditions: (): Conditions => iamResourceTagConditions(record.tags),
  record,
});

/** IAM's answer to a user name that the account does not have. */
const noSuchUser = (userName: string): Fault =>
  fault('NoSuchEntity', `The user with name ${userName} cannot be found.`);

const absentUser = (account: string, userName: string): AbsentResource => ({
  arn: userArn({ account, path: '/', userName }),
  account,
  type: 'AWS::IAM::User',
  absent: noSuchUser(userName),
});

const keyOf = ({ account, userName }: UserRecord): readonly string[] => [account, nameKey(userName)];
