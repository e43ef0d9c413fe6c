import type { Transaction } from '../../store/store.ts';
import type { MemberRecord } from './accounts.ts';
import { attachments } from './attachments.ts';
import { effectivePolicy } from './effective-policy.ts';
import type { OrganizationRecord } from './organizations.ts';
import { type PolicyRecord, policies } from './policies.ts';
import type { PolicyType } from './policy-types.ts';
import { lineageOf } from './tree.ts';

/**
 * What the management policies of a type come to for an account.
 *
 * @returns undefined where there are none, or the type is not enabled; `changedAt` in milliseconds since the epoch
 */
export const findEffectivePolicy = (
  tx: Transaction,
  organization: OrganizationRecord,
  { account, membership }: MemberRecord,
  type: PolicyType,
): { readonly content: string; readonly changedAt: number } | undefined => {
  const targetIds = [...lineageOf(tx, organization, membership.parentId), account];
  const levels = targetIds.map((targetId) => attached(tx, organization.id, targetId, type));
  const all = levels.flat();
  if (all.length === 0) return undefined;
  return {
    content: effectivePolicy(levels.map((level) => level.map(({ content }) => content))),
    changedAt: Math.max(...all.map(({ changedAt }) => changedAt)),
  };
};

/** Disabling a type detaches its policies, so what is attached is in force. */
const attached = (
  tx: Transaction,
  organizationId: string,
  targetId: string,
  type: PolicyType,
): readonly PolicyRecord[] =>
  attachments
    .ofTarget(tx, organizationId, targetId)
    .filter((attachment) => attachment.type === type)
    .map(({ policyId }) => policies.find(tx, organizationId, policyId)!);
