import { type Fault, fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { type Attachment, attachments, type PolicyUsage } from './attachments.ts';
import { type ManagedPolicy, notABoundary, notAttachable, parsePolicyArn, policies } from './policies.ts';
import { countedLength } from './policy-documents.ts';
import type { HeldPolicies, InlinePolicy, PolicyHolder } from './policy-holders.ts';
import { requireWithinQuota } from './quotas.ts';

/**
 * Attaches a managed policy; attaching it again changes nothing.
 *
 * @throws {Fault} `NoSuchEntity`, `PolicyNotAttachable`, `LimitExceeded`
 */
export const attachPolicy = (tx: Transaction, holder: PolicyHolder, policyArn: string): void => {
  const { policyName } = getAttachablePolicy(tx, holder.account, policyArn);
  addAttachment(tx, holder, policyArn, policyName);
};

/** As {@link attachPolicy}, without asking whether the policy is for everybody. */
export const addAttachment = (tx: Transaction, holder: PolicyHolder, policyArn: string, policyName: string): void => {
  const { attachedPolicies } = holder.held;
  if (attachedPolicies.some((attached) => attached.policyArn === policyArn)) return;
  requireWithinQuota(holder.quota, attachedPolicies.length + 1);
  holder.replace(tx, { ...holder.held, attachedPolicies: [...attachedPolicies, { policyArn, policyName }] });
  attachments.add(tx, attachmentOf(holder, policyArn, 'PermissionsPolicy'));
};

/** @throws {Fault} `NoSuchEntity` when it is not attached */
export const detachPolicy = (tx: Transaction, holder: PolicyHolder, policyArn: string): void => {
  const { attachedPolicies } = holder.held;
  const remaining = attachedPolicies.filter((attached) => attached.policyArn !== policyArn);
  if (remaining.length === attachedPolicies.length) {
    throw fault('NoSuchEntity', `Policy ${policyArn} was not found.`);
  }
  holder.replace(tx, { ...holder.held, attachedPolicies: remaining });
  attachments.remove(tx, attachmentOf(holder, policyArn, 'PermissionsPolicy'));
};

/**
 * Sets, replaces or removes the permissions boundary.
 *
 * @param policyArn undefined: no boundary any more
 * @throws {Fault} `NoSuchEntity`, `PolicyNotAttachable`
 */
export const setBoundary = (tx: Transaction, holder: PolicyHolder, policyArn: string | undefined): void => {
  if (policyArn !== undefined) getAttachablePolicy(tx, holder.account, policyArn, notABoundary);
  const { permissionsBoundary, ...unbounded } = holder.held;
  holder.replace(tx, policyArn === undefined ? unbounded : { ...unbounded, permissionsBoundary: policyArn });
  if (permissionsBoundary !== undefined) {
    attachments.remove(tx, attachmentOf(holder, permissionsBoundary, 'PermissionsBoundary'));
  }
  if (policyArn !== undefined) attachments.add(tx, attachmentOf(holder, policyArn, 'PermissionsBoundary'));
};

/**
 * Embeds a policy, or replaces the one with that name. The document was checked before.
 *
 * @throws {Fault} `LimitExceeded` when all inline policies together would be too long
 */
export const putInlinePolicy = (
  tx: Transaction,
  { held, kind, name, maxInlineChars, replace }: PolicyHolder,
  policyName: string,
  document: string,
): void => {
  const others = held.inlinePolicies.filter((policy) => policy.policyName !== policyName);
  const inlinePolicies = [...others, { policyName, document }].sort((a, b) => (a.policyName < b.policyName ? -1 : 1));
  const total = inlinePolicies.reduce((sum, policy) => sum + countedLength(policy.document), 0);
  if (total > maxInlineChars) {
    throw fault(
      'LimitExceeded',
      `Maximum policy size of ${maxInlineChars} bytes exceeded for ${kind.toLowerCase()} ${name}`,
    );
  }
  replace(tx, { ...held, inlinePolicies });
};

/** @throws {Fault} `NoSuchEntity` */
export const getInlinePolicy = ({ held, kind }: PolicyHolder, policyName: string): InlinePolicy => {
  const found = held.inlinePolicies.find((policy) => policy.policyName === policyName);
  if (found) return found;
  throw fault('NoSuchEntity', `The ${kind.toLowerCase()} policy with name ${policyName} cannot be found.`);
};

/** @throws {Fault} `NoSuchEntity` */
export const deleteInlinePolicy = (tx: Transaction, holder: PolicyHolder, policyName: string): void => {
  const deleted = getInlinePolicy(holder, policyName);
  const { held } = holder;
  holder.replace(tx, { ...held, inlinePolicies: held.inlinePolicies.filter((policy) => policy !== deleted) });
};

/**
 * A managed policy that identities of this account may have.
 *
 * @throws {Fault} `NoSuchEntity`, `PolicyNotAttachable`
 */
const getAttachablePolicy = (
  tx: Transaction,
  account: string,
  policyArn: string,
  absentMessage = notAttachable,
): ManagedPolicy => {
  const owner = parsePolicyArn(policyArn).account;
  const policy = owner === 'aws' || owner === account ? policies.find(tx, policyArn) : undefined;
  if (!policy) throw fault('NoSuchEntity', absentMessage(policyArn));
  if (!policy.isAttachable) throw fault('PolicyNotAttachable', notAttachable(policyArn));
  return policy;
};

/** @throws {Fault} `DeleteConflict` while an identity still has policies */
export const requireNoPolicies = ({ attachedPolicies, inlinePolicies }: HeldPolicies): void => {
  if (attachedPolicies.length > 0) throw conflict('must detach all policies first.');
  if (inlinePolicies.length > 0) throw conflict('must delete policies first.');
};

const conflict = (what: string): Fault => fault('DeleteConflict', `Cannot delete entity, ${what}`);

const attachmentOf = (holder: PolicyHolder, policyArn: string, usage: PolicyUsage): Attachment => ({
  account: holder.account,
  policyArn,
  usage,
  entityKind: holder.kind,
  entityId: holder.id,
});
