import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { newId } from './ids.ts';
import { dayMs, handshakeHistoryDays } from './quotas.ts';
import { responsibilityTransfers } from './responsibility-transfers.ts';
import type { Tags } from './tags.ts';

/** An offer that somebody else must answer. */
export interface HandshakeRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly managementAccount: string;
  readonly action: 'INVITE' | 'ENABLE_ALL_FEATURES' | 'APPROVE_ALL_FEATURES' | 'TRANSFER_RESPONSIBILITY';
  readonly state: 'REQUESTED' | 'OPEN' | 'CANCELED' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED';
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly expiresAt: number;
  /** When it was over. */
  readonly endedAt?: number;
  /** The account that answers; absent where the organization's own management account does. */
  readonly recipient?: string;
  /** How the recipient was named. */
  readonly party?: { readonly type: 'ACCOUNT' | 'EMAIL'; readonly id: string };
  /** The offer of all features that this approval belongs to. */
  readonly parentId?: string;
  /** The transfer that is asked for, and its first moment in milliseconds since the epoch. */
  readonly transfer?: { readonly id: string; readonly startsAt: number };
  readonly notes?: string;
  /** Tags that the account gets when it joins. */
  readonly tags: Tags;
  /** What the recipient is told of the organization. */
  readonly offer: { readonly email: string; readonly name: string; readonly featureSet: string };
}

const records = collection<HandshakeRecord>('organizations.handshakes', {
  key: ['id'],
  indexes: {
    organization: ({ organizationId }) => [organizationId],
    recipient: ({ recipient }) => (recipient === undefined ? undefined : [recipient]),
  },
});

const expireKind = 'organizations.expire-handshake';
const forgetKind = 'organizations.forget-handshake';

const timerOf = (kind: string, { id }: HandshakeRecord, dueAt: number): Timer => ({
  kind,
  id,
  dueAt,
  payload: { id },
});

/** Handshakes by id. */
export const handshakes = {
  find: (tx: Transaction, id: string): HandshakeRecord | undefined => records.find(tx, [id]),

  /** Those that an organization sent, by id. */
  ofOrganization: (tx: Transaction, organizationId: string): readonly HandshakeRecord[] =>
    records.listBy(tx, 'organization', [organizationId]),

  /** Those that an account received, by id. */
  ofRecipient: (tx: Transaction, account: string): readonly HandshakeRecord[] =>
    records.listBy(tx, 'recipient', [account]),

  /** Sends one; it expires by itself. */
  create: (tx: Transaction, given: Omit<HandshakeRecord, 'id'>): HandshakeRecord => {
    const record = { id: newId.handshake(), ...given };
    records.put(tx, [record.id], record);
    schedule(tx, timerOf(expireKind, record, record.expiresAt));
    return record;
  },

  /** Everybody who had to has approved an offer of all features: the management account may complete it. */
  open: (tx: Transaction, record: HandshakeRecord): void => records.put(tx, [record.id], { ...record, state: 'OPEN' }),

  /** Ends one; it can be looked at for 30 more days. */
  end: (
    tx: Transaction,
    record: HandshakeRecord,
    state: 'CANCELED' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED',
    now: Date,
  ): HandshakeRecord => {
    const ended = { ...record, state, endedAt: now.getTime() };
    records.put(tx, [record.id], ended);
    if (record.transfer) responsibilityTransfers.answer(tx, record.transfer.id, state);
    cancel(tx, timerOf(expireKind, record, record.expiresAt));
    schedule(tx, timerOf(forgetKind, record, now.getTime() + handshakeHistoryDays * dayMs));
    return ended;
  },
} as const;

/** Whether a handshake can still be answered. */
export const isPending = ({ state }: HandshakeRecord): boolean => state === 'REQUESTED' || state === 'OPEN';

/**
 * Requires that a handshake can be answered.
 *
 * @param wanted the state that the answer leads to
 * @throws {Fault} HandshakeAlreadyInStateException, InvalidHandshakeTransitionException
 */
export const requirePending = (record: HandshakeRecord, wanted: HandshakeRecord['state']): void => {
  if (isPending(record)) return;
  if (record.state === wanted) {
    throw fault('HandshakeAlreadyInStateException', 'The specified handshake is already in the requested state.');
  }
  throw fault(
    'InvalidHandshakeTransitionException',
    `You can't perform the operation on the handshake in its current state: ${record.state}.`,
  );
};

/** Lets handshakes expire, and forgets those that are long over. */
export const handshakeJobs: Readonly<Record<string, Job>> = {
  [expireKind]: (tx, { payload }, now) => {
    const record = handshakes.find(tx, payload.id!);
    if (record && isPending(record)) handshakes.end(tx, record, 'EXPIRED', now);
  },
  [forgetKind]: (tx, { payload }) => {
    const record = handshakes.find(tx, payload.id!);
    if (record?.transfer) responsibilityTransfers.forgetInvitation(tx, record.transfer.id);
    records.delete(tx, [payload.id!]);
  },
};
