import type { Transaction } from '../../store/store.ts';
import type { Attachment } from './attachments.ts';
import { type GroupRecord, groups } from './groups.ts';
import { inlineLimits, type quotas } from './quotas.ts';
import { type RoleRecord, roles } from './roles.ts';
import { type UserRecord, users } from './users.ts';

/** A policy embedded in one identity. */
export interface InlinePolicy {
  readonly policyName: string;
  readonly document: string;
}

/** A managed policy as the identity it is attached to knows it. */
export interface AttachedPolicy {
  readonly policyArn: string;
  readonly policyName: string;
}

/** The policies of one identity. */
export interface HeldPolicies {
  /** Sorted by name. */
  readonly inlinePolicies: readonly InlinePolicy[];
  /** In order of attachment. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  /** ARN of the managed policy that bounds the identity; groups have none. */
  readonly permissionsBoundary?: string;
}

/** Who has policies: a user, a group or a role. */
export interface PolicyHolder {
  readonly account: string;
  readonly kind: Attachment['entityKind'];
  readonly name: string;
  /** Unique id. */
  readonly id: string;
  readonly held: HeldPolicies;
  /** Bounds the number of attached managed policies. */
  readonly quota: Extract<keyof typeof quotas, 'PoliciesPerUser' | 'PoliciesPerGroup' | 'PoliciesPerRole'>;
  /** Characters of all inline policies together, white space not counted. */
  readonly maxInlineChars: number;
  /** Writes other policies into the holder's record. */
  replace(tx: Transaction, held: HeldPolicies): void;
}

/** A user as the holder of policies. */
export const userHolder = (record: UserRecord): PolicyHolder => ({
  account: record.account,
  kind: 'User',
  name: record.userName,
  id: record.userId,
  held: record,
  quota: 'PoliciesPerUser',
  maxInlineChars: inlineLimits.User,
  replace: (tx, held) => users.put(tx, withPolicies(record, held)),
});

/** A group as the holder of policies. */
export const groupHolder = (record: GroupRecord): PolicyHolder => ({
  account: record.account,
  kind: 'Group',
  name: record.groupName,
  id: record.groupId,
  held: record,
  quota: 'PoliciesPerGroup',
  maxInlineChars: inlineLimits.Group,
  replace: (tx, held) => groups.put(tx, withPolicies(record, held)),
});

/** A role as the holder of policies. */
export const roleHolder = (record: RoleRecord): PolicyHolder => ({
  account: record.account,
  kind: 'Role',
  name: record.roleName,
  id: record.roleId,
  held: record,
  quota: 'PoliciesPerRole',
  maxInlineChars: inlineLimits.Role,
  replace: (tx, held) => roles.put(tx, withPolicies(record, held)),
});

const withPolicies = <R extends HeldPolicies>(
  record: R,
  { inlinePolicies, attachedPolicies, permissionsBoundary }: HeldPolicies,
): R => {
  const { permissionsBoundary: _replaced, ...rest } = record;
  const bound = permissionsBoundary === undefined ? rest : { ...rest, permissionsBoundary };
  return { ...bound, inlinePolicies, attachedPolicies } as unknown as R;
};
