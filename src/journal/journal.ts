import type { Store } from '../store/store.ts';
import { type JournalRecord, parseRecord } from './record.ts';

/** A journal record with its place in the chain. */
export interface JournalEntry {
  /** From 1, without gaps; a reader keeps the last one it has handled as its cursor. */
  readonly sequence: number;
  readonly record: JournalRecord;
}

/** Reads the journal in order; any number of readers, each with a cursor of its own. */
export class Journal {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Sequence number of the newest durable record; 0 when there is none. */
  get head(): number {
    return this.#store.logHead;
  }

  /**
   * @param after the reader's cursor; 0 for the beginning
   * @param limit most records to return
   * @throws {IntegrityError} a record was altered
   */
  async read(after: number, limit: number): Promise<readonly JournalEntry[]> {
    const records = await this.#store.readLog(after, limit);
    return records.map(({ sequence, text }) => ({ sequence, record: parseRecord(text) }));
  }
}
