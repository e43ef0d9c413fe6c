import { Journal } from '../journal/journal.ts';
import type { JournalRecord } from '../journal/record.ts';
import { collection } from '../store/collection.ts';
import type { Store, Transaction } from '../store/store.ts';

/** What is made of the journal, and kept in the store beside how far it has got. */
export interface Projection {
  /** Unique, for life: names the cursor. */
  readonly name: string;
  /** Takes the next records, in a transaction that remembers that it has: each record counts exactly once. */
  take(tx: Transaction, records: readonly JournalRecord[]): void;
}

interface Cursor {
  /** Number of the last record that was taken. */
  readonly after: number;
}

const cursors = collection<Cursor>('events.cursors', { key: ['all', 'projection'] });

/** Records in one transaction. */
const pageSize = 1000;

/** Follows the journal for a projection: exactly once, in order, whichever process does it and whenever it is stopped. */
export class JournalFollower {
  readonly #store: Store;
  readonly #projection: Projection;
  #running: Promise<void> | undefined;

  constructor(store: Store, projection: Projection) {
    this.#store = store;
    this.#projection = projection;
  }

  /** Takes what the journal has by now. Calls meanwhile share the run under way, then run once more. */
  async catchUp(): Promise<void> {
    await this.#running;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const journal = new Journal(this.#store);
    const { head } = journal;
    for (;;) {
      const after = await this.#store.transact((tx) => this.#cursor(tx));
      if (after >= head) return;
      const entries = await journal.read(after, pageSize);
      const last = entries.at(-1);
      if (!last) return;
      const records = entries.map(({ record }) => record);
      await this.#store.transact((tx) => {
        // Another process was faster.
        if (this.#cursor(tx) !== after) return;
        this.#projection.take(tx, records);
        cursors.put(tx, ['all', this.#projection.name], { after: last.sequence });
      });
    }
  }

  #cursor(tx: Transaction): number {
    return cursors.find(tx, ['all', this.#projection.name])?.after ?? 0;
  }
}
