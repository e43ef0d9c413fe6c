import type { HandshakeParty } from '@aws-sdk/client-organizations';
import type { Accounts } from '../../kernel/accounts.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, isMember } from './accounts.ts';
import { constraintViolation, handshakeViolation, targetNotSupported } from './faults.ts';
import { type HandshakeRecord, handshakes, isPending } from './handshakes.ts';
import { newId } from './ids.ts';
import { offerOf, recipientOf, requireNotTooMany } from './invitations.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { acceptanceDays, dayMs, quotas } from './quotas.ts';
import { isAgreed, isOngoing, responsibilityTransfers } from './responsibility-transfers.ts';
import type { Tags } from './tags.ts';
import { requireStart } from './transfer-dates.ts';

/** An invitation to give a responsibility away. */
interface NewTransfer {
  readonly name: string;
  /** Whose responsibility is asked for. */
  readonly invited: HandshakeParty;
  readonly startsAt: Date;
  readonly notes: string | undefined;
  readonly tags: Tags;
}

/**
 * Asks the management account of another organization to let this one pay its bills. The invitation stands until a day
 * before the transfer would begin.
 *
 * @throws {Fault} InvalidInputException, HandshakeConstraintViolationException, DuplicateHandshakeException, ConstraintViolationException
 * @see Billing and Cost Management User Guide: "Sending invitations", "Quotas" of billing transfers
 */
export const inviteToTransfer = (
  tx: Transaction,
  port: Accounts,
  organization: OrganizationRecord,
  { name, invited, startsAt, notes, tags }: NewTransfer,
  now: Date,
): HandshakeRecord => {
  const account = recipientOf(tx, port, invited);
  if (account === organization.managementAccount) throw ownInvitation();
  const source = managedBy(tx, account);
  if (!source) throw targetNotSupported();
  requireStart(startsAt, now);
  const sent = handshakes.ofOrganization(tx, organization.id);
  requireNotTooMany(sent, now);
  if (sent.some((other) => other.transfer && other.recipient === account && isPending(other))) {
    throw fault('DuplicateHandshakeException', 'A handshake with the same action and target already exists.');
  }
  const inbound = responsibilityTransfers.all(tx, organization.id, 'inbound').filter((other) => isOngoing(other, now));
  if (inbound.some((other) => other.source.organizationId === source.id)) {
    throw handshakeViolation(
      'RESPONSIBILITY_TRANSFER_ALREADY_EXISTS',
      'You cannot perform this operation with the current transfer.',
    );
  }
  if (inbound.length >= quotas.inboundTransfers) {
    throw constraintViolation(
      'RESPONSIBILITY_TRANSFER_MAX_INBOUND_QUOTA_VIOLATION',
      'You have exceeded your inbound transfers limit.',
    );
  }
  const id = newId.transfer();
  const invitation = handshakes.create(tx, {
    organizationId: organization.id,
    managementAccount: organization.managementAccount,
    action: 'TRANSFER_RESPONSIBILITY',
    state: 'REQUESTED',
    requestedAt: now.getTime(),
    expiresAt: startsAt.getTime() - acceptanceDays * dayMs,
    recipient: account,
    party: { type: invited.Type as 'ACCOUNT' | 'EMAIL', id: invited.Id! },
    ...(notes !== undefined && { notes }),
    tags: {},
    transfer: { id, startsAt: startsAt.getTime() },
    offer: offerOf(tx, organization),
  });
  responsibilityTransfers.put(tx, {
    id,
    name,
    source: { organizationId: source.id, account },
    target: { organizationId: organization.id, account: organization.managementAccount },
    status: 'REQUESTED',
    startsAt: startsAt.getTime(),
    handshakeId: invitation.id,
    tags,
  });
  return invitation;
};

/**
 * The source gives its responsibility away: to one organization only, and not to one that pays, directly or not, through it.
 *
 * @throws {Fault} ConstraintViolationException, InvalidHandshakeTransitionException
 */
export const acceptTransfer = (tx: Transaction, { transfer, recipient }: HandshakeRecord, now: Date): void => {
  const record = responsibilityTransfers.find(tx, transfer!.id);
  const source = managedBy(tx, recipient!);
  if (!record || source?.id !== record.source.organizationId) {
    throw fault('InvalidHandshakeTransitionException', 'The organization that was asked is no more.');
  }
  if (agreed(tx, source.id, 'outbound', now).length >= quotas.outboundTransfers) {
    throw constraintViolation(
      'RESPONSIBILITY_TRANSFER_MAX_OUTBOUND_QUOTA_VIOLATION',
      'You have exceeded your outbound transfers limit.',
    );
  }
  const levels = levelsBelow(tx, source.id, now) + 1 + levelsAbove(tx, record.target.organizationId, now);
  if (levels > quotas.transferLevels) {
    throw constraintViolation(
      'RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION',
      'You have exceeded the maximum length of your transfer chain.',
    );
  }
};

/** The organization that an account manages. */
const managedBy = (tx: Transaction, account: string): OrganizationRecord | undefined => {
  const record = accounts.find(tx, account);
  if (!record || !isMember(record)) return undefined;
  const organization = organizations.get(tx, record.membership.organizationId);
  return organization.managementAccount === account ? organization : undefined;
};

const agreed = (tx: Transaction, organizationId: string, direction: 'inbound' | 'outbound', now: Date) =>
  responsibilityTransfers.all(tx, organizationId, direction).filter((transfer) => isAgreed(transfer, now));

/** How long the longest chain of transfers to an organization is. INVARIANT: no chain is longer than the quota, so this ends. */
const levelsBelow = (tx: Transaction, organizationId: string, now: Date): number =>
  Math.max(
    0,
    ...agreed(tx, organizationId, 'inbound', now).map(({ source }) => 1 + levelsBelow(tx, source.organizationId, now)),
  );

const levelsAbove = (tx: Transaction, organizationId: string, now: Date): number =>
  Math.max(
    0,
    ...agreed(tx, organizationId, 'outbound', now).map(({ target }) => 1 + levelsAbove(tx, target.organizationId, now)),
  );

const ownInvitation = () =>
  handshakeViolation(
    'SOURCE_AND_TARGET_CANNOT_MATCH',
    "An account can't accept a transfer invitation if it is both the sender and recipient of the invitation.",
  );
