import type { KeyLastUsageData, KeyLastUsageTrackingOperation } from '@aws-sdk/client-kms';
import type { Call } from '../../kernel/call.ts';
import { Noted } from '../../kernel/noted.ts';
import type { AbsentResource, Access, Service } from '../../kernel/operation.ts';
import { ownersEventId } from '../../kernel/owners-event-id.ts';
import { collection } from '../../store/collection.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { KeyPlace } from './key-arn.ts';
import { keyRecords } from './key-record.ts';
import type { KmsKey } from './kms-key.ts';

/** The last successful cryptographic operation with a key. */
interface KeyUse {
  readonly operation: KeyLastUsageTrackingOperation;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of the journal record that the key's account has of it, and of the answer. */
  readonly eventId: string;
  readonly requestId: string;
}

const records = collection<KeyUse>('kms.key-uses', { key: ['account', 'region', 'id'] });

const dayMs = 86_400_000;

const tracked: ReadonlySet<string> = new Set<KeyLastUsageTrackingOperation>([
  'Decrypt',
  'DeriveSharedSecret',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
]);

/**
 * When each key was last used. Uses are noted in memory, without a write per request; {@link KeyUses.flush} makes them
 * durable together. A server that is killed forgets what happened since the last flush: the journal still knows.
 */
export class KeyUses {
  /** By ARN. */
  readonly #noted: Noted<{ readonly key: KeyPlace; readonly use: KeyUse }>;

  constructor(store: Store) {
    this.#noted = new Noted(store);
  }

  /** The operations, the cryptographic ones noting the keys that they used. */
  noting(operations: Service['operations']): Service['operations'] {
    return operations.map((operation) =>
      tracked.has(operation.name)
        ? { ...operation, committed: (used: KmsKey | readonly KmsKey[], call) => this.#note(used, call) }
        : operation,
    );
  }

  /** The last use of a key, as GetKeyLastUsage shows it; undefined: there was none. */
  find(tx: Transaction, key: KeyPlace, arn: string): KeyLastUsageData | undefined {
    const use = this.#find(tx, key, arn);
    return (
      use && {
        Operation: use.operation,
        Timestamp: new Date(use.at),
        CloudTrailEventId: use.eventId,
        KmsRequestId: use.requestId,
      }
    );
  }

  /**
   * `kms:TrailingDaysWithoutKeyUsage`: whole days since a key was last used, or created.
   *
   * @see KMS developer guide: "kms:TrailingDaysWithoutKeyUsage"
   */
  daysWithoutUse(tx: Transaction, { record, arn }: KmsKey, now: Date): number {
    const { at } = this.#find(tx, record, arn) ?? { at: record.createdAt };
    return Math.max(0, Math.floor((now.getTime() - at) / dayMs));
  }

  /** Forgets a key that is deleted. */
  static forget(tx: Transaction, { account, region, id }: KeyPlace): void {
    records.delete(tx, [account, region, id]);
  }

  /** Writes what was noted since the last flush. */
  flush(): Promise<void> {
    return this.#noted.flush((tx, noted) => {
      for (const { key, use } of noted.values()) {
        const place = [key.account, key.region, key.id];
        if (keyRecords.find(tx, place)) records.put(tx, place, later(records.find(tx, place), use)!);
      }
    });
  }

  #find(tx: Transaction, { account, region, id }: KeyPlace, arn: string): KeyUse | undefined {
    return later(records.find(tx, [account, region, id]), this.#noted.find(arn)?.use);
  }

  #note(used: KmsKey | readonly KmsKey[], { operation, now, eventId, requestId, account }: Call): void {
    const use: KeyUse = {
      operation: operation as KeyLastUsageTrackingOperation,
      at: now.getTime(),
      eventId,
      requestId,
    };
    const keys = Array.isArray(used) ? (used as readonly KmsKey[]) : [used as KmsKey];
    for (const { arn, record } of keys) {
      const isOwn = account === '' || record.account === account;
      const owners = isOwn ? use : { ...use, eventId: ownersEventId(eventId, record.account) };
      this.#noted.set(arn, { key: record, use: owners });
    }
  }
}

/** The later of two uses: several processes note uses, each for itself. */
const later = (a: KeyUse | undefined, b: KeyUse | undefined): KeyUse | undefined => {
  if (a && b) return a.at > b.at ? a : b;
  return a ?? b;
};

/** Access of the operations that can be held to keys which nobody uses any more. */
export const unusedKeyAccess = (
  resource: KmsKey | AbsentResource,
  uses: KeyUses,
  { tx, now }: Call,
): Access<KmsKey> => ({
  resource,
  conditions: {
    'kms:TrailingDaysWithoutKeyUsage':
      'absent' in resource ? undefined : String(uses.daysWithoutUse(tx, resource, now)),
  },
});
