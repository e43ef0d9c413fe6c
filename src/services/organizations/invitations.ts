import type { HandshakeParty } from '@aws-sdk/client-organizations';
import type { Accounts } from '../../kernel/accounts.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, isMember, unnamed } from './accounts.ts';
import { handshakeViolation, invalidInput, targetNotSupported } from './faults.ts';
import { type HandshakeRecord, handshakes, isPending } from './handshakes.ts';
import { join, requireRoomForAccount } from './membership-changes.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { dayMs, inviteDays, quotas } from './quotas.ts';
import type { Tags } from './tags.ts';

/** An invitation to be. */
interface NewInvitation {
  readonly target: HandshakeParty;
  readonly notes: string | undefined;
  readonly tags: Tags;
}

/**
 * Invites an account of this server.
 *
 * @throws {Fault} HandshakeConstraintViolationException, DuplicateHandshakeException, InvalidInputException
 */
export const invite = (
  tx: Transaction,
  port: Accounts,
  organization: OrganizationRecord,
  { target, notes, tags }: NewInvitation,
  now: Date,
): HandshakeRecord => {
  const recipient = recipientOf(tx, port, target);
  requireRoomForAccount(organization);
  requireInvitable(tx, recipient);
  const sent = handshakes.ofOrganization(tx, organization.id);
  requireNotTooMany(sent, now);
  if (sent.some((other) => other.action === 'ENABLE_ALL_FEATURES' && isPending(other))) {
    throw handshakeViolation(
      'INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES',
      "You can't issue new invitations to join an organization while it's in the process of enabling all features.",
    );
  }
  if (sent.some((other) => other.action === 'INVITE' && other.recipient === recipient && isPending(other))) {
    throw fault('DuplicateHandshakeException', 'A handshake with the same action and target already exists.');
  }
  return handshakes.create(tx, {
    organizationId: organization.id,
    managementAccount: organization.managementAccount,
    action: 'INVITE',
    state: 'OPEN',
    requestedAt: now.getTime(),
    expiresAt: now.getTime() + inviteDays * dayMs,
    recipient,
    party: { type: target.Type as 'ACCOUNT' | 'EMAIL', id: target.Id! },
    ...(notes !== undefined && { notes }),
    tags,
    offer: offerOf(tx, organization),
  });
};

/** What recipients are told of an organization. */
export const offerOf = (
  tx: Transaction,
  { managementAccount, featureSet }: OrganizationRecord,
): HandshakeRecord['offer'] => {
  const { email, name } = accounts.find(tx, managementAccount)!;
  return { email, name, featureSet };
};

/** The invited account comes in. @throws {Fault} HandshakeConstraintViolationException */
export const acceptInvitation = (tx: Transaction, port: Accounts, record: HandshakeRecord, now: Date): void => {
  requireInvitable(tx, record.recipient!);
  requireRoomForAccount(organizations.get(tx, record.organizationId));
  const account = accounts.find(tx, record.recipient!) ?? unnamed(record.recipient!);
  join(tx, port, record.organizationId, account, { joinedMethod: 'INVITED', tags: record.tags, now });
};

/** @throws {Fault} HandshakeConstraintViolationException for more handshakes than a day takes */
export const requireNotTooMany = (sent: readonly HandshakeRecord[], now: Date): void => {
  const today = sent.filter(({ requestedAt }) => requestedAt > now.getTime() - dayMs);
  if (today.length < quotas.handshakesPerDay) return;
  throw handshakeViolation(
    'HANDSHAKE_RATE_LIMIT_EXCEEDED',
    'You attempted to exceed the number of handshakes that you can send in one day.',
  );
};

/** The account that a party is. @throws {Fault} InvalidInputException */
export const recipientOf = (tx: Transaction, port: Accounts, { Type, Id }: HandshakeParty): string => {
  if (Type === 'ACCOUNT') {
    if (!/^\d{12}$/.test(Id!)) throw invalidInput('INVALID_PATTERN', 'You specified an invalid value.');
    if (port.exists(tx, Id!)) return Id!;
  }
  if (Type === 'EMAIL') {
    const known = accounts.findByEmail(tx, Id!);
    if (known) return known.account;
    throw invalidInput('INVALID_EMAIL_ADDRESS_TARGET', 'No account of this server has this email address.');
  }
  if (Type === 'ORGANIZATION') {
    throw invalidInput('INVALID_PARTY_TYPE_TARGET', 'You specified the wrong type of entity as a party.');
  }
  throw targetNotSupported();
};

const requireInvitable = (tx: Transaction, account: string): void => {
  const record = accounts.find(tx, account);
  if (record && isMember(record)) {
    throw handshakeViolation(
      'ALREADY_IN_AN_ORGANIZATION',
      'The handshake request is invalid because the invited account is already a member of an organization.',
    );
  }
  if (record && record.state !== 'ACTIVE') {
    throw targetNotSupported();
  }
};
