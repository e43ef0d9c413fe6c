import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { PolicyType } from './policy-types.ts';

/** A policy on a root, OU or account. */
export interface Attachment {
  readonly organizationId: string;
  readonly targetId: string;
  readonly policyId: string;
  readonly type: PolicyType;
}

const records = collection<Attachment>('organizations.attachments', {
  key: ['organizationId', 'targetId', 'policyId'],
  indexes: { policy: ({ organizationId, policyId }) => [organizationId, policyId] },
});

/** Which policies are attached where. */
export const attachments = {
  find: (tx: Transaction, organizationId: string, targetId: string, policyId: string): Attachment | undefined =>
    records.find(tx, [organizationId, targetId, policyId]),

  put: (tx: Transaction, attachment: Attachment): void => records.put(tx, keyOf(attachment), attachment),

  delete: (tx: Transaction, attachment: Attachment): void => records.delete(tx, keyOf(attachment)),

  /** What is attached directly to a target, by policy id. */
  ofTarget: (tx: Transaction, organizationId: string, targetId: string): readonly Attachment[] =>
    records.list(tx, [organizationId, targetId], { limit: Number.MAX_SAFE_INTEGER }).items,

  /** Where a policy is attached, by target id. */
  ofPolicy: (tx: Transaction, organizationId: string, policyId: string): readonly Attachment[] =>
    records.listBy(tx, 'policy', [organizationId, policyId]),

  /** Detaches everything from a target that goes away. */
  forgetTarget: (tx: Transaction, organizationId: string, targetId: string): void => {
    for (const attachment of attachments.ofTarget(tx, organizationId, targetId)) attachments.delete(tx, attachment);
  },
} as const;

const keyOf = ({ organizationId, targetId, policyId }: Attachment): readonly string[] => [
  organizationId,
  targetId,
  policyId,
];
