import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { type Attachment, attachments, type PolicyUsage } from './attachments.ts';
import { type ManagedPolicy, notAttachable, parsePolicyArn, policies } from './policies.ts';
import { countedLength } from './policy-documents.ts';
import { maxUserInlinePolicyChars, requireWithinQuota } from './quotas.ts';
import { type InlinePolicy, type UserRecord, users } from './users.ts';

/**
 * Attaches a managed policy; attaching it again changes nothing.
 *
 * @throws {Fault} `NoSuchEntity`, `PolicyNotAttachable`, `LimitExceeded`
 */
export const attachPolicy = (tx: Transaction, user: UserRecord, policyArn: string): void => {
  const { policyName } = getAttachablePolicy(tx, user.account, policyArn);
  if (user.attachedPolicies.some((attached) => attached.policyArn === policyArn)) return;
  requireWithinQuota('PoliciesPerUser', user.attachedPolicies.length + 1);
  users.put(tx, { ...user, attachedPolicies: [...user.attachedPolicies, { policyArn, policyName }] });
  attachments.add(tx, attachmentOf(user, policyArn, 'PermissionsPolicy'));
};

/** @throws {Fault} `NoSuchEntity` when it is not attached */
export const detachPolicy = (tx: Transaction, user: UserRecord, policyArn: string): void => {
  const remaining = user.attachedPolicies.filter((attached) => attached.policyArn !== policyArn);
  if (remaining.length === user.attachedPolicies.length) {
    throw fault('NoSuchEntity', `Policy ${policyArn} was not found.`);
  }
  users.put(tx, { ...user, attachedPolicies: remaining });
  attachments.remove(tx, attachmentOf(user, policyArn, 'PermissionsPolicy'));
};

/**
 * Sets, replaces or removes the permissions boundary.
 *
 * @param policyArn undefined: no boundary any more
 * @throws {Fault} `NoSuchEntity`, `PolicyNotAttachable`
 */
export const setBoundary = (tx: Transaction, user: UserRecord, policyArn: string | undefined): void => {
  if (policyArn !== undefined) getAttachablePolicy(tx, user.account, policyArn);
  const { permissionsBoundary, ...unbounded } = user;
  users.put(tx, policyArn === undefined ? unbounded : { ...unbounded, permissionsBoundary: policyArn });
  if (permissionsBoundary !== undefined) {
    attachments.remove(tx, attachmentOf(user, permissionsBoundary, 'PermissionsBoundary'));
  }
  if (policyArn !== undefined) attachments.add(tx, attachmentOf(user, policyArn, 'PermissionsBoundary'));
};

/**
 * Embeds a policy, or replaces the one with that name. The document was checked before.
 *
 * @throws {Fault} `LimitExceeded` when all inline policies together would be too long
 */
export const putInlinePolicy = (tx: Transaction, user: UserRecord, policyName: string, document: string): void => {
  const others = user.inlinePolicies.filter((policy) => policy.policyName !== policyName);
  const inlinePolicies = [...others, { policyName, document }].sort((a, b) => (a.policyName < b.policyName ? -1 : 1));
  const total = inlinePolicies.reduce((sum, policy) => sum + countedLength(policy.document), 0);
  if (total > maxUserInlinePolicyChars) {
    throw fault(
      'LimitExceeded',
      `Maximum policy size of ${maxUserInlinePolicyChars} bytes exceeded for user ${user.userName}`,
    );
  }
  users.put(tx, { ...user, inlinePolicies });
};

/** @throws {Fault} `NoSuchEntity` */
export const getInlinePolicy = (user: UserRecord, policyName: string): InlinePolicy => {
  const found = user.inlinePolicies.find((policy) => policy.policyName === policyName);
  if (!found) throw fault('NoSuchEntity', `The user policy with name ${policyName} cannot be found.`);
  return found;
};

/** @throws {Fault} `NoSuchEntity` */
export const deleteInlinePolicy = (tx: Transaction, user: UserRecord, policyName: string): void => {
  const deleted = getInlinePolicy(user, policyName);
  users.put(tx, { ...user, inlinePolicies: user.inlinePolicies.filter((policy) => policy !== deleted) });
};

/**
 * A managed policy that identities of this account may have.
 *
 * @throws {Fault} `NoSuchEntity`, `PolicyNotAttachable`
 */
export const getAttachablePolicy = (tx: Transaction, account: string, policyArn: string): ManagedPolicy => {
  const owner = parsePolicyArn(policyArn).account;
  const policy = owner === 'aws' || owner === account ? policies.find(tx, policyArn) : undefined;
  if (!policy) throw fault('NoSuchEntity', notAttachable(policyArn));
  if (!policy.isAttachable) throw fault('PolicyNotAttachable', notAttachable(policyArn));
  return policy;
};

const attachmentOf = (user: UserRecord, policyArn: string, usage: PolicyUsage): Attachment => ({
  account: user.account,
  policyArn,
  usage,
  entityKind: 'User',
  entityId: user.userId,
});
