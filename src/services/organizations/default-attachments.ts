import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { attachments } from './attachments.ts';
import type { OrganizationRecord } from './organizations.ts';
import { type PolicyType, policyTypeRow } from './policy-types.ts';
import { units } from './units.ts';

/** Attaches to a new target what AWS attaches everywhere, for the types that are enabled. */
export const attachDefaults = (
  tx: Transaction,
  { id: organizationId, policyTypes }: OrganizationRecord,
  targetId: string,
): void => {
  for (const type of policyTypes) attachDefault(tx, organizationId, targetId, type);
};

/** Attaches to every target what AWS attaches everywhere for a type that becomes enabled. */
export const attachDefaultEverywhere = (tx: Transaction, organization: OrganizationRecord, type: PolicyType): void => {
  for (const targetId of targetIds(tx, organization)) attachDefault(tx, organization.id, targetId, type);
};

/** Detaches every policy of a type that becomes disabled. */
export const detachEverywhere = (tx: Transaction, organization: OrganizationRecord, type: PolicyType): void => {
  for (const targetId of targetIds(tx, organization)) {
    for (const attachment of attachments.ofTarget(tx, organization.id, targetId)) {
      if (attachment.type === type) attachments.delete(tx, attachment);
    }
  }
};

const attachDefault = (tx: Transaction, organizationId: string, targetId: string, type: PolicyType): void => {
  const policyId = policyTypeRow(type).everywhere;
  if (policyId !== undefined) attachments.put(tx, { organizationId, targetId, policyId, type });
};

const targetIds = (tx: Transaction, { id, rootId }: OrganizationRecord): readonly string[] => [
  rootId,
  ...units.all(tx, id).map((unit) => unit.id),
  ...accounts.all(tx, id).map(({ account }) => account),
];
