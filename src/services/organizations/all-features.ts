import type { Accounts } from '../../kernel/accounts.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { handshakeViolation } from './faults.ts';
import { type HandshakeRecord, handshakes, isPending } from './handshakes.ts';
import { offerOf } from './invitations.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { allFeaturesDays, dayMs } from './quotas.ts';

/**
 * Offers all features to every invited account; accounts that were created in the organization are not asked.
 *
 * @returns the handshake that the management account accepts when all others are accepted
 * @throws {Fault} HandshakeConstraintViolationException
 */
export const offerAllFeatures = (tx: Transaction, organization: OrganizationRecord, now: Date): HandshakeRecord => {
  if (organization.featureSet === 'ALL') {
    throw handshakeViolation(
      'ORGANIZATION_ALREADY_HAS_ALL_FEATURES',
      'The handshake request is invalid because the organization has already enabled all features.',
    );
  }
  const sent = handshakes.ofOrganization(tx, organization.id);
  if (sent.some((other) => other.action === 'ENABLE_ALL_FEATURES' && isPending(other))) {
    throw handshakeViolation(
      'ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION',
      'The handshake request is invalid because the organization has already started the process to enable all features.',
    );
  }
  const { managementAccount, id } = organization;
  const invited = accounts.all(tx, id).filter(({ account, membership, state }) => {
    return account !== managementAccount && membership.joinedMethod === 'INVITED' && state === 'ACTIVE';
  });
  const common = {
    organizationId: id,
    managementAccount,
    requestedAt: now.getTime(),
    expiresAt: now.getTime() + allFeaturesDays * dayMs,
    tags: {},
    offer: { ...offerOf(tx, organization), featureSet: 'ALL' },
  };
  const whole = handshakes.create(tx, {
    ...common,
    action: 'ENABLE_ALL_FEATURES',
    state: invited.length === 0 ? 'OPEN' : 'REQUESTED',
  });
  for (const { account } of invited) {
    handshakes.create(tx, {
      ...common,
      action: 'APPROVE_ALL_FEATURES',
      state: 'OPEN',
      recipient: account,
      party: { type: 'ACCOUNT', id: account },
      parentId: whole.id,
    });
  }
  return whole;
};

/** One account has approved; after the last one the management account may complete the change. */
export const noteApproval = (tx: Transaction, approval: HandshakeRecord): void => {
  const others = handshakes.ofOrganization(tx, approval.organizationId);
  const waiting = others.filter(({ parentId, state }) => parentId === approval.parentId && state !== 'ACCEPTED');
  const whole = handshakes.find(tx, approval.parentId!);
  if (waiting.length === 0 && whole && isPending(whole)) handshakes.open(tx, whole);
};

/** All features are on. @throws {Fault} HandshakeConstraintViolationException while accounts have not approved */
export const enableAllFeatures = (tx: Transaction, port: Accounts, whole: HandshakeRecord, now: Date): void => {
  if (whole.state !== 'OPEN') {
    throw handshakeViolation(
      'ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION',
      'Not every invited account has approved the change yet.',
    );
  }
  organizations.update(tx, whole.organizationId, { featureSet: 'ALL' });
  for (const { account } of accounts.all(tx, whole.organizationId)) port.ensureOrganizationsRole(tx, account, now);
};
