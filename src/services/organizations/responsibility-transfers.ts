import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { Tags } from './tags.ts';

/**
 * An arrangement between the management accounts of two organizations: the target pays the bills of the source.
 *
 * @see Organizations API Reference: ResponsibilityTransfer
 */
export interface ResponsibilityTransferRecord {
  readonly id: string;
  readonly name: string;
  /** Whose responsibility it is, and who is asked to give it away. */
  readonly source: TransferSide;
  /** Who takes it over, and who asked. */
  readonly target: TransferSide;
  readonly status: 'REQUESTED' | 'DECLINED' | 'CANCELED' | 'EXPIRED' | 'ACCEPTED' | 'WITHDRAWN';
  /** Milliseconds since the epoch: the first moment of a month. */
  readonly startsAt: number;
  /** Milliseconds since the epoch: the last of a month. Absent: without end. */
  readonly endsAt?: number;
  /** The invitation that it began with. */
  readonly handshakeId?: string;
  /** The target's. */
  readonly tags: Tags;
}

/** One of the two organizations, with its management account. */
export interface TransferSide {
  readonly organizationId: string;
  readonly account: string;
}

/** How a transfer is seen: by the target as inbound, by the source as outbound. */
export type TransferDirection = 'inbound' | 'outbound';

const records = collection<ResponsibilityTransferRecord>('organizations.responsibility-transfers', {
  key: ['id'],
  indexes: {
    source: ({ source }) => [source.organizationId],
    target: ({ target }) => [target.organizationId],
  },
});

/** Transfers by id. */
export const responsibilityTransfers = {
  find: (tx: Transaction, id: string): ResponsibilityTransferRecord | undefined => records.find(tx, [id]),

  put: (tx: Transaction, record: ResponsibilityTransferRecord): void => records.put(tx, [record.id], record),

  /** Those of an organization in one direction, by id. */
  all: (
    tx: Transaction,
    organizationId: string,
    direction: TransferDirection,
  ): readonly ResponsibilityTransferRecord[] =>
    records.listBy(tx, direction === 'inbound' ? 'target' : 'source', [organizationId]),

  /** The invitation was answered, or is over without an answer. */
  answer: (tx: Transaction, id: string, status: ResponsibilityTransferRecord['status']): void => {
    const record = records.find(tx, [id]);
    if (record) records.put(tx, [id], { ...record, status });
  },

  /** Forgets an invitation that came to nothing, and of a transfer its invitation. */
  forgetInvitation: (tx: Transaction, id: string): void => {
    const record = records.find(tx, [id]);
    if (!record) return;
    const { handshakeId: _forgotten, ...rest } = record;
    if (record.status === 'ACCEPTED' || record.status === 'WITHDRAWN') records.put(tx, [id], rest);
    else records.delete(tx, [id]);
  },
} as const;

/** Whether a transfer, or an invitation to one, still binds its two organizations. */
export const isOngoing = ({ status, endsAt }: ResponsibilityTransferRecord, now: Date): boolean =>
  status === 'REQUESTED' || isAgreed({ status, endsAt }, now);

/** Whether the source has given its responsibility away, now or from a day to come. */
export const isAgreed = (
  { status, endsAt }: Pick<ResponsibilityTransferRecord, 'status'> & { readonly endsAt?: number | undefined },
  now: Date,
): boolean => status === 'ACCEPTED' || (status === 'WITHDRAWN' && endsAt! > now.getTime());
