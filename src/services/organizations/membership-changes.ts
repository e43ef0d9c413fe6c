import type { Accounts } from '../../kernel/accounts.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { type AccountRecord, accounts, type MemberRecord, type MembershipRecord } from './accounts.ts';
import { attachments } from './attachments.ts';
import { attachDefaults } from './default-attachments.ts';
import { constraintViolation } from './faults.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { quotas } from './quotas.ts';
import type { Tags } from './tags.ts';

/** How an account comes in. */
interface Joining {
  readonly joinedMethod: MembershipRecord['joinedMethod'];
  readonly tags: Tags;
  readonly now: Date;
}

/** Puts an account below the root, under the policies that are everywhere. */
export const join = (
  tx: Transaction,
  port: Accounts,
  organizationId: string,
  record: AccountRecord,
  { joinedMethod, tags, now }: Joining,
): void => {
  const { rootId, accounts: count } = organizations.get(tx, organizationId);
  const membership = { organizationId, parentId: rootId, joinedMethod, joinedAt: now.getTime(), tags, delegations: [] };
  accounts.put(tx, { ...record, membership });
  const organization = organizations.update(tx, organizationId, { accounts: count + 1 });
  attachDefaults(tx, organization, record.account);
  if (organization.featureSet === 'ALL') port.ensureOrganizationsRole(tx, record.account, now);
};

/** Takes an account out: no policy binds it any more, and its tags are gone. */
export const part = (tx: Transaction, { membership, ...record }: MemberRecord): void => {
  const { organizationId } = membership;
  attachments.forgetTarget(tx, organizationId, record.account);
  accounts.put(tx, record);
  const { accounts: count } = organizations.get(tx, organizationId);
  organizations.update(tx, organizationId, { accounts: count - 1 });
};

/** @throws {Fault} for the management account, delegated administrators and closed accounts */
export const requireMayLeave = (
  organization: OrganizationRecord,
  { account, state, membership }: MemberRecord,
): void => {
  if (account === organization.managementAccount) {
    throw fault(
      'MasterCannotLeaveOrganizationException',
      "You can't remove a management account from an organization.",
    );
  }
  if (membership.delegations.length > 0) {
    throw constraintViolation(
      'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
      'You attempted to remove an account that is registered as a delegated administrator for a service integrated with your organization.',
    );
  }
  if (state !== 'ACTIVE') {
    throw constraintViolation('ACCOUNT_CANNOT_LEAVE_ORGANIZATION', 'A closed account cannot leave the organization.');
  }
};

/** @throws {Fault} ConstraintViolationException */
export const requireRoomForAccount = ({ accounts: count }: OrganizationRecord): void => {
  if (count < quotas.accounts) return;
  throw constraintViolation('ACCOUNT_NUMBER_LIMIT_EXCEEDED', 'You have exceeded the allowed number of AWS accounts.');
};
