import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { PolicyType } from './policy-types.ts';
import type { Tags } from './tags.ts';

/** One organization, with its root: there is never more than one. */
export interface OrganizationRecord {
  readonly id: string;
  readonly managementAccount: string;
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  readonly rootId: string;
  readonly rootTags: Tags;
  /** Types of policies that are enabled in the root. */
  readonly policyTypes: readonly PolicyType[];
  /** Services with trusted access, by service principal. */
  readonly services: readonly ServiceAccess[];
  readonly resourcePolicy?: ResourcePolicyRecord;
  /** How much it holds; counted here, so that two processes cannot pass a quota together. */
  readonly accounts: number;
  readonly units: number;
  /**
   * Grows with every change of the tree, of policies or of attachments: whatever was derived from the organization holds as
   * long as its record is the same.
   */
  readonly version: number;
}

/** Trusted access, or delegated administration, of one service. */
export interface ServiceAccess {
  /** `sso.amazonaws.com` */
  readonly principal: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** The policy that delegates management to member accounts. */
export interface ResourcePolicyRecord {
  readonly id: string;
  readonly policy: StoredPolicy;
  readonly tags: Tags;
}

const records = collection<OrganizationRecord>('organizations.organizations', { key: ['id'] });

/** Organizations by id. */
export const organizations = {
  find: (tx: Transaction, id: string): OrganizationRecord | undefined => records.find(tx, [id]),

  /** The organization of something that says it is in one. */
  get: (tx: Transaction, id: string): OrganizationRecord => {
    const record = records.find(tx, [id]);
    // INVARIANT: an organization is deleted only when nothing is left in it.
    if (!record) throw new Error('something is in an organization that does not exist');
    return record;
  },

  create: (tx: Transaction, record: OrganizationRecord): void => records.put(tx, [record.id], record),

  /** Changes an organization as it is in this transaction, and lets everybody know that something in it is different. */
  update: (tx: Transaction, id: string, change: Partial<OrganizationRecord> = {}): OrganizationRecord => {
    const before = organizations.get(tx, id);
    const after = { ...before, ...change, version: before.version + 1 };
    records.put(tx, [id], after);
    return after;
  },

  delete: (tx: Transaction, { id }: OrganizationRecord): void => records.delete(tx, [id]),
} as const;
