import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { type PolicyType, policyTypes } from './policy-types.ts';
import type { Tags } from './tags.ts';

/** A policy of an organization, or one that AWS manages. */
export interface PolicyRecord {
  readonly id: string;
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  /** The document as it was given. */
  readonly content: string;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
  readonly tags: Tags;
  /** True for those that every organization has and none can change. */
  readonly awsManaged: boolean;
}

const records = collection<PolicyRecord>('organizations.policies', { key: ['organizationId', 'id'] });

const awsManaged = (
  type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY',
  name: string,
  description: string,
  statement: object,
): PolicyRecord => ({
  id: policyTypes[type].everywhere,
  type,
  name,
  description,
  content: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  changedAt: 0,
  tags: {},
  awsManaged: true,
});

/** What AWS attaches everywhere: everything passes through control policies until somebody says otherwise. */
const awsManagedPolicies: readonly PolicyRecord[] = [
  awsManaged('SERVICE_CONTROL_POLICY', 'FullAWSAccess', 'Allows access to every operation', {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
  }),
  awsManaged('RESOURCE_CONTROL_POLICY', 'RCPFullAWSAccess', 'Allows access to every resource', {
    Effect: 'Allow',
    Principal: '*',
    Action: '*',
    Resource: '*',
  }),
];

/** Policies by organization and id; those of AWS are in every organization. */
export const policies = {
  find: (tx: Transaction, organizationId: string, id: string): PolicyRecord | undefined =>
    awsManagedPolicies.find((policy) => policy.id === id) ?? records.find(tx, [organizationId, id]),

  put: (tx: Transaction, organizationId: string, record: PolicyRecord): void =>
    records.put(tx, [organizationId, record.id], record),

  delete: (tx: Transaction, organizationId: string, id: string): void => records.delete(tx, [organizationId, id]),

  /** Every policy of a type, those of AWS among them, by id. */
  ofType: (tx: Transaction, organizationId: string, type: PolicyType): readonly PolicyRecord[] =>
    [...awsManagedPolicies, ...own(tx, organizationId)]
      .filter((policy) => policy.type === type)
      .sort((a, b) => (a.id < b.id ? -1 : 1)),

  /** The policies that an organization made itself. */
  own: (tx: Transaction, organizationId: string): readonly PolicyRecord[] => own(tx, organizationId),
} as const;

const own = (tx: Transaction, organizationId: string): readonly PolicyRecord[] =>
  records.list(tx, [organizationId], { limit: Number.MAX_SAFE_INTEGER }).items;
