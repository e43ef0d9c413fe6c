import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import { readTogether } from '../../store/read-together.ts';
import type { Transaction } from '../../store/store.ts';
import { type GroupRecord, groups } from './groups.ts';
import { nameKey } from './names.ts';
import { requireWithinQuota } from './quotas.ts';
import { type UserRecord, users } from './users.ts';

/** One user in one group. */
interface Membership {
  readonly account: string;
  readonly groupId: string;
  readonly userId: string;
}

const records = collection<Membership>('iam.memberships', { key: ['account', 'groupId', 'userId'] });

/**
 * Who is in which group. The user's record names its groups, so that deciding a request takes no search; these records are
 * the group's side, and both are written together.
 */
export const memberships = {
  /**
   * Puts a user into a group; one that is in it stays.
   *
   * @throws {Fault} `LimitExceeded` for an eleventh group
   */
  add: (tx: Transaction, group: GroupRecord, user: UserRecord): void => {
    if (isMember(group, user)) return;
    requireWithinQuota('GroupsPerUser', user.groupNames.length + 1);
    records.put(tx, keyOf(group, user), { account: user.account, groupId: group.groupId, userId: user.userId });
    users.put(tx, { ...user, groupNames: [...user.groupNames, group.groupName] });
    // The group is written too, so that adding to it and deleting it at the same moment collide.
    groups.put(tx, { ...group });
  },

  /** Takes a user out of a group; one that is not in it stays out. */
  remove: (tx: Transaction, group: GroupRecord, user: UserRecord): void => {
    records.delete(tx, keyOf(group, user));
    users.put(tx, { ...user, groupNames: user.groupNames.filter((name) => !isSameName(name, group.groupName)) });
  },

  /** A page of a group's users. */
  list: (tx: Transaction, { account, groupId }: GroupRecord, page: PageRequest): Page<UserRecord> => {
    const { items, next } = records.list(tx, [account, groupId], page);
    return { items: readTogether(items, ({ userId }) => users.findById(tx, userId)!), next };
  },

  /** Lets every member follow a group to a new name. */
  rename: (tx: Transaction, group: GroupRecord, groupName: string): void => {
    const everyone = { limit: Number.MAX_SAFE_INTEGER };
    for (const user of memberships.list(tx, group, everyone).items) {
      const groupNames = user.groupNames.map((name) => (isSameName(name, group.groupName) ? groupName : name));
      users.put(tx, { ...user, groupNames });
    }
  },

  /** The groups of a user, by name. */
  groupsOf: (tx: Transaction, { account, groupNames }: UserRecord): readonly GroupRecord[] =>
    groupNames
      .map((name) => groups.find(tx, account, name)!)
      .sort((a, b) => (nameKey(a.groupName) < nameKey(b.groupName) ? -1 : 1)),
} as const;

const isMember = ({ groupName }: GroupRecord, { groupNames }: UserRecord): boolean =>
  groupNames.some((name) => isSameName(name, groupName));

const isSameName = (a: string, b: string): boolean => nameKey(a) === nameKey(b);

const keyOf = ({ account, groupId }: GroupRecord, { userId }: UserRecord): readonly string[] => [
  account,
  groupId,
  userId,
];
