import { Noted } from '../../kernel/noted.ts';
import { collection } from '../../store/collection.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { timestamp } from './names.ts';

/** The last request that an access key signed. */
export interface LastUse {
  readonly at: string;
  readonly region: string;
  /** Signing name, e.g. `kms`. */
  readonly service: string;
}

const records = collection<LastUse>('iam.access-key-last-used', { key: ['accessKeyId'] });

/**
 * When each access key was last used. Uses are noted in memory, without a write per request; {@link LastUsed.flush} makes
 * them durable together. A server that is killed forgets what happened since the last flush: the journal still knows.
 */
export class LastUsed {
  readonly #exists: (tx: Transaction, accessKeyId: string) => boolean;
  readonly #noted: Noted<{ readonly at: Date; readonly region: string; readonly service: string }>;

  /** @param exists tells whether a key is still there; the uses of others are dropped */
  constructor(store: Store, exists: (tx: Transaction, accessKeyId: string) => boolean) {
    this.#noted = new Noted(store);
    this.#exists = exists;
  }

  /** Called for each request whose signature was verified. */
  note(accessKeyId: string, at: Date, region: string, service: string): void {
    this.#noted.set(accessKeyId, { at, region, service });
  }

  find(tx: Transaction, accessKeyId: string): LastUse | undefined {
    const noted = this.#noted.find(accessKeyId);
    return noted ? { ...noted, at: timestamp(noted.at) } : records.find(tx, [accessKeyId]);
  }

  forget(tx: Transaction, accessKeyId: string): void {
    records.delete(tx, [accessKeyId]);
  }

  /** Writes what was noted since the last flush. */
  flush(): Promise<void> {
    return this.#noted.flush((tx, noted) => {
      for (const [accessKeyId, use] of noted) {
        if (this.#exists(tx, accessKeyId)) records.put(tx, [accessKeyId], { ...use, at: timestamp(use.at) });
      }
    });
  }
}
