import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { nameKey } from './names.ts';
import type { AttachedPolicy, InlinePolicy } from './policy-holders.ts';

/** One IAM group: policies that many users have together. */
export interface GroupRecord {
  readonly account: string;
  readonly groupName: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** `AGPA…` */
  readonly groupId: string;
  readonly createdAt: string;
  /** Sorted by name. */
  readonly inlinePolicies: readonly InlinePolicy[];
  /** In order of attachment. */
  readonly attachedPolicies: readonly AttachedPolicy[];
}

/** An IAM group as policies see it. */
export interface IamGroup extends Resource {
  readonly record: GroupRecord;
}

const records = collection<GroupRecord>('iam.groups', {
  key: ['account', 'nameKey'],
  indexes: { groupId: ({ groupId }) => [groupId] },
});

/** Groups by account and name. */
export const groups = {
  find: (tx: Transaction, account: string, groupName: string): GroupRecord | undefined =>
    records.find(tx, [account, nameKey(groupName)]),

  findById: (tx: Transaction, groupId: string): GroupRecord | undefined => records.listBy(tx, 'groupId', [groupId])[0],

  /** The group as a resource, or what stands for it where there is none. */
  resource: (tx: Transaction, account: string, groupName: string): IamGroup | AbsentResource => {
    const record = groups.find(tx, account, groupName);
    return record ? { ...groupResource(record), record } : absentGroup(account, groupName);
  },

  put: (tx: Transaction, record: GroupRecord): void => records.put(tx, keyOf(record), record),

  delete: (tx: Transaction, record: GroupRecord): void => records.delete(tx, keyOf(record)),

  /** A page of an account's groups, by name. */
  list: (tx: Transaction, account: string, page: PageRequest): Page<GroupRecord> => records.list(tx, [account], page),
} as const;

/** `arn:aws:iam::111122223333:group/path/name` */
export const groupArn = ({ account, path, groupName }: Pick<GroupRecord, 'account' | 'path' | 'groupName'>): string =>
  `arn:aws:iam::${account}:group${path}${groupName}`;

/** A group that is about to be made, as a resource. */
export const groupResource = (group: Pick<GroupRecord, 'account' | 'path' | 'groupName'>): Resource => ({
  arn: groupArn(group),
  account: group.account,
  type: 'AWS::IAM::Group',
});

const absentGroup = (account: string, groupName: string): AbsentResource => ({
  ...groupResource({ account, path: '/', groupName }),
  absent: fault('NoSuchEntity', `The group with name ${groupName} cannot be found.`),
});

const keyOf = ({ account, groupName }: GroupRecord): readonly string[] => [account, nameKey(groupName)];
