import type { Transaction } from '../../store/store.ts';
import type { OrganizationRecord } from './organizations.ts';
import { units } from './units.ts';

/** Ids from the root down to a root or OU, that one included. */
export const lineageOf = (tx: Transaction, organization: OrganizationRecord, id: string): readonly string[] => {
  if (id === organization.rootId) return [id];
  // INVARIANT: an OU is deleted only when nothing is below it, so every parent is there.
  return [...lineageOf(tx, organization, units.find(tx, organization.id, id)!.parentId), id];
};

/** `o-…/r-…/ou-…/`: the path of a root or OU, as condition keys name it. */
export const pathOf = (tx: Transaction, organization: OrganizationRecord, id: string): string =>
  `${[organization.id, ...lineageOf(tx, organization, id)].join('/')}/`;
