import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, type MemberRecord } from './accounts.ts';
import { constraintViolation } from './faults.ts';
import { organizations, type ServiceAccess } from './organizations.ts';
import type { AccountResource } from './resources.ts';
import { hasServiceAccess, requireServicePrincipal } from './service-access.ts';

/** Makes an account the delegated administrator of a service. @throws {Fault} */
export const registerDelegate = (
  tx: Transaction,
  { organization, record }: AccountResource,
  principal: string,
  now: Date,
): void => {
  requireServicePrincipal(principal);
  if (record.account === organization.managementAccount) {
    throw constraintViolation(
      'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
      'You cannot register master account/yourself as delegated administrator for your organization.',
    );
  }
  if (record.state !== 'ACTIVE') {
    throw constraintViolation(
      'CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR',
      'You cannot register a suspended account as a delegated administrator.',
    );
  }
  if (!hasServiceAccess(organization, principal)) {
    throw constraintViolation(
      'SERVICE_ACCESS_NOT_ENABLED',
      'You attempted to register a delegated administrator before you enabled service access.',
    );
  }
  const { delegations } = record.membership;
  if (delegations.some((delegation) => delegation.principal === principal)) {
    throw fault(
      'AccountAlreadyRegisteredException',
      'The provided account is already a delegated administrator for your organization.',
    );
  }
  replace(tx, record, [...delegations, { principal, since: now.getTime() }]);
};

/** @throws {Fault} AccountNotRegisteredException */
export const deregisterDelegate = (tx: Transaction, { record }: AccountResource, principal: string): void => {
  requireServicePrincipal(principal);
  const { delegations } = record.membership;
  const remaining = delegations.filter((delegation) => delegation.principal !== principal);
  if (remaining.length === delegations.length) throw notRegistered();
  replace(tx, record, remaining);
};

/** @throws {Fault} AccountNotRegisteredException for an account that administers no service */
export const requireDelegate = (member: MemberRecord): MemberRecord => {
  if (member.membership.delegations.length === 0) throw notRegistered();
  return member;
};

const replace = (tx: Transaction, { membership, ...record }: MemberRecord, delegations: readonly ServiceAccess[]) => {
  accounts.put(tx, { ...record, membership: { ...membership, delegations } });
  organizations.update(tx, membership.organizationId);
};

const notRegistered = () =>
  fault(
    'AccountNotRegisteredException',
    'The provided account is not a registered delegated administrator for your organization.',
  );
