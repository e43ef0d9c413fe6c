import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { type GroupRecord, groups } from './groups.ts';
import { timestamp } from './names.ts';
import { type PolicyRecord, policies, policyArn } from './policies.ts';
import { countedLength, requireWellFormed } from './policy-documents.ts';
import { requireWithinQuota } from './quotas.ts';
import type { Tag } from './tags.ts';
import { newUniqueId } from './unique-ids.ts';
import { type UserRecord, users } from './users.ts';

/** What a new user is made of. */
export interface NewUser {
  readonly account: string;
  readonly userName: string;
  readonly path?: string | undefined;
  readonly tags?: readonly Tag[];
}

/**
 * Creates a user who may do nothing yet.
 *
 * @throws {Fault} `EntityAlreadyExists`, `LimitExceeded`
 */
export const createUserRecord = (
  tx: Transaction,
  { account, userName, path, tags }: NewUser,
  now: Date,
): UserRecord => {
  if (users.find(tx, account, userName)) {
    throw fault('EntityAlreadyExists', `User with name ${userName} already exists.`);
  }
  accounts.countOneMore(tx, account, 'UsersPerAccount', now);
  const record: UserRecord = {
    account,
    userName,
    path: path ?? '/',
    userId: newUniqueId('AIDA'),
    createdAt: timestamp(now),
    tags: tags ?? [],
    inlinePolicies: [],
    attachedPolicies: [],
    accessKeyIds: [],
    groupNames: [],
  };
  users.put(tx, record);
  return record;
};

/** What a new group is made of. */
export interface NewGroup {
  readonly account: string;
  readonly groupName: string;
  readonly path?: string | undefined;
}

/**
 * Creates a group without members.
 *
 * @throws {Fault} `EntityAlreadyExists`, `LimitExceeded`
 */
export const createGroupRecord = (tx: Transaction, { account, groupName, path }: NewGroup, now: Date): GroupRecord => {
  if (groups.find(tx, account, groupName)) {
    throw fault('EntityAlreadyExists', `Group with name ${groupName} already exists.`);
  }
  accounts.countOneMore(tx, account, 'GroupsPerAccount', now);
  const record: GroupRecord = {
    account,
    groupName,
    path: path ?? '/',
    groupId: newUniqueId('AGPA'),
    createdAt: timestamp(now),
    inlinePolicies: [],
    attachedPolicies: [],
  };
  groups.put(tx, record);
  return record;
};

/** What a new customer managed policy is made of. */
export interface NewPolicy {
  readonly account: string;
  readonly policyName: string;
  readonly document: string;
  readonly path?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly Tag[];
}

/**
 * Creates a customer managed policy with one version.
 *
 * @throws {Fault} `EntityAlreadyExists`, `MalformedPolicyDocument`, `LimitExceeded`
 */
export const createPolicyRecord = (tx: Transaction, given: NewPolicy, now: Date): PolicyRecord => {
  const { account, policyName, document, path = '/', description, tags } = given;
  requireManagedDocument(document);
  if (policies.findByName(tx, account, policyName)) {
    throw fault(
      'EntityAlreadyExists',
      `A policy called ${policyName} already exists. Duplicate names are not allowed.`,
    );
  }
  accounts.countOneMore(tx, account, 'PoliciesPerAccount', now);
  const createdAt = timestamp(now);
  const record: PolicyRecord = {
    account,
    arn: policyArn(account, path, policyName),
    policyName,
    path,
    policyId: newUniqueId('ANPA'),
    ...(description !== undefined && { description }),
    tags: tags ?? [],
    createdAt,
    updatedAt: createdAt,
    defaultVersionId: 'v1',
    versions: [{ versionId: 'v1', document, createdAt }],
    isAttachable: true,
    lastVersion: 1,
  };
  policies.put(tx, record);
  return record;
};

/** @throws {Fault} `MalformedPolicyDocument`, `LimitExceeded` */
export const requireManagedDocument = (document: string): void => {
  requireWellFormed(document, 'managed');
  requireWithinQuota('PolicySize', countedLength(document));
};
