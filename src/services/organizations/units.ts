import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { Tags } from './tags.ts';

/** An organizational unit. */
export interface UnitRecord {
  readonly organizationId: string;
  readonly id: string;
  readonly name: string;
  /** The root or an OU; it never changes. */
  readonly parentId: string;
  readonly tags: Tags;
}

const records = collection<UnitRecord>('organizations.units', {
  key: ['organizationId', 'id'],
  indexes: { parent: ({ organizationId, parentId }) => [organizationId, parentId] },
});

/** Organizational units by organization and id. */
export const units = {
  find: (tx: Transaction, organizationId: string, id: string): UnitRecord | undefined =>
    records.find(tx, [organizationId, id]),

  put: (tx: Transaction, record: UnitRecord): void => records.put(tx, [record.organizationId, record.id], record),

  delete: (tx: Transaction, { organizationId, id }: UnitRecord): void => records.delete(tx, [organizationId, id]),

  /** OUs directly below a root or OU, by id. */
  childrenOf: (tx: Transaction, organizationId: string, parentId: string): readonly UnitRecord[] =>
    records.listBy(tx, 'parent', [organizationId, parentId]),

  /** Every OU of an organization, by id. */
  all: (tx: Transaction, organizationId: string): readonly UnitRecord[] =>
    records.list(tx, [organizationId], { limit: Number.MAX_SAFE_INTEGER }).items,
} as const;
