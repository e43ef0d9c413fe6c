import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { attachments } from './attachments.ts';
import { handshakes, isPending } from './handshakes.ts';
import { part } from './membership-changes.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { policies } from './policies.ts';
import { units } from './units.ts';

/** Deletes an organization whose only account is the management account, and everything in it. */
export const deleteOrganization = (tx: Transaction, organization: OrganizationRecord, now: Date): void => {
  const { id, rootId, managementAccount } = organization;
  for (const unit of units.all(tx, id)) {
    attachments.forgetTarget(tx, id, unit.id);
    units.delete(tx, unit);
  }
  attachments.forgetTarget(tx, id, rootId);
  for (const policy of policies.own(tx, id)) policies.delete(tx, id, policy.id);
  for (const sent of handshakes.ofOrganization(tx, id)) {
    if (isPending(sent)) handshakes.end(tx, sent, 'CANCELED', now);
  }
  part(tx, accounts.findMember(tx, id, managementAccount)!);
  organizations.delete(tx, organization);
};
