import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { targetNotSupported } from './faults.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { policies } from './policies.ts';
import { find, type InOrganization, resourcePolicyResource } from './resources.ts';
import { responsibilityTransfers } from './responsibility-transfers.ts';
import type { Tags } from './tags.ts';
import { findTransfer, type TransferResource } from './transfer-resources.ts';
import { units } from './units.ts';

/** Something that has tags. */
export interface Taggable extends InOrganization {
  readonly id: string;
  readonly tags: Tags;
}

/** The root, OU, account, policy, resource policy or transfer with an id. */
export const findTaggable = (tx: Transaction, organization: OrganizationRecord, id: string): Taggable | undefined => {
  const found =
    find.target(tx, organization, id) ??
    find.policy(tx, organization, id) ??
    inboundTransfer(tx, organization, id) ??
    (organization.resourcePolicy?.id === id ? resourcePolicyResource(organization) : undefined);
  return found && { ...found, id, tags: found.tags ?? {} };
};

/** Whose tags a transfer has: those of the side that asked for it. */
const inboundTransfer = (
  tx: Transaction,
  organization: OrganizationRecord,
  id: string,
): TransferResource | undefined => {
  const found = findTransfer(id)(organization, tx);
  return found?.direction === 'inbound' ? found : undefined;
};

/** Gives something other tags. @throws {Fault} InvalidInputException for policies of AWS */
export const replaceTags = (tx: Transaction, { organization, id }: Taggable, tags: Tags): void => {
  const unit = units.find(tx, organization.id, id);
  const member = accounts.findMember(tx, organization.id, id);
  const policy = policies.find(tx, organization.id, id);
  if (policy?.awsManaged) {
    throw targetNotSupported();
  }
  const transfer = responsibilityTransfers.find(tx, id);
  if (unit) units.put(tx, { ...unit, tags });
  else if (member) accounts.put(tx, { ...member, membership: { ...member.membership, tags } });
  else if (policy) policies.put(tx, organization.id, { ...policy, tags });
  else if (transfer) responsibilityTransfers.put(tx, { ...transfer, tags });
  else if (id === organization.rootId) organizations.update(tx, organization.id, { rootTags: tags });
  else organizations.update(tx, organization.id, { resourcePolicy: { ...organization.resourcePolicy!, tags } });
};
