import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';

/** What a managed policy does for the identity it is attached to. */
export type PolicyUsage = 'PermissionsPolicy' | 'PermissionsBoundary';

/** One identity to which a managed policy is attached. */
export interface Attachment {
  readonly account: string;
  readonly policyArn: string;
  readonly usage: PolicyUsage;
  readonly entityKind: 'User' | 'Group' | 'Role';
  /** Unique id of the identity. */
  readonly entityId: string;
}

/** How often a managed policy is attached within one account. */
export interface AttachmentCounts {
  readonly policyArn: string;
  readonly PermissionsPolicy: number;
  readonly PermissionsBoundary: number;
}

const records = collection<Attachment>('iam.attachments', {
  key: ['account', 'policyArn', 'usageAndEntity'],
  large: true,
});
const counts = collection<AttachmentCounts>('iam.attachment-counts', { key: ['account', 'policyArn'] });

/**
 * Managed policies' side of what is attached where; the identity's own record is the other side, and both are written
 * together. The counts are apart from the policy, whose record (and what is compiled from it) stays as it is, and they
 * make attaching and deleting a policy at the same moment collide.
 */
export const attachments = {
  add: (tx: Transaction, attachment: Attachment): void => {
    if (records.find(tx, keyOf(attachment))) return;
    records.put(tx, keyOf(attachment), attachment);
    count(tx, attachment, 1);
  },

  remove: (tx: Transaction, attachment: Attachment): void => {
    if (!records.find(tx, keyOf(attachment))) return;
    records.delete(tx, keyOf(attachment));
    count(tx, attachment, -1);
  },

  counts: (tx: Transaction, account: string, policyArn: string): AttachmentCounts =>
    counts.find(tx, [account, policyArn]) ?? unattached(policyArn),

  /** As {@link counts}, for many policies: what an account has is read at once. */
  countsIn: (tx: Transaction, account: string): ((policyArn: string) => AttachmentCounts) => {
    const { items } = counts.list(tx, [account], { limit: Number.MAX_SAFE_INTEGER });
    const byArn = new Map(items.map((each) => [each.policyArn, each]));
    return (policyArn) => byArn.get(policyArn) ?? unattached(policyArn);
  },

  /** A page of the managed policies that are attached to anything in an account, by ARN. */
  listPolicies: (tx: Transaction, account: string, page: PageRequest): Page<AttachmentCounts> =>
    counts.list(tx, [account], page),

  /** Forgets a policy that is being deleted. */
  forget: (tx: Transaction, account: string, policyArn: string): void => counts.delete(tx, [account, policyArn]),

  /** A page of the identities that a policy is attached to. */
  list: (tx: Transaction, account: string, policyArn: string, page: PageRequest): Page<Attachment> =>
    records.list(tx, [account, policyArn], page),
} as const;

const unattached = (policyArn: string): AttachmentCounts => ({
  policyArn,
  PermissionsPolicy: 0,
  PermissionsBoundary: 0,
});

const keyOf = ({ account, policyArn, usage, entityKind, entityId }: Attachment): readonly string[] => [
  account,
  policyArn,
  `${usage}/${entityKind}/${entityId}`,
];

const count = (tx: Transaction, { account, policyArn, usage }: Attachment, change: 1 | -1): void => {
  const before = attachments.counts(tx, account, policyArn);
  counts.put(tx, [account, policyArn], { ...before, [usage]: before[usage] + change });
};
