import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { changesKept, splitNotices, trimEvery } from '../changes.ts';
import type { Changes } from '../engine.ts';

/** What others changed, up to a sequence. */
export interface ForeignBatch {
  readonly changes: Changes;
  readonly sequence: number;
}

/** Makes the table, in a directory that no several processes have shared before. */
export const createChanges = (database: DatabaseSync): void => {
  database.exec(`
    CREATE TABLE IF NOT EXISTS changes (sequence INTEGER PRIMARY KEY, keys BLOB NOT NULL, notice BLOB NOT NULL) STRICT;
    INSERT OR IGNORE INTO meta (name, value) VALUES ('change-sequence', CAST('0' AS BLOB))
  `);
};

/** What processes that share a directory tell each other, through one connection. */
export class ChangeFeed {
  readonly #newest: StatementSync;
  readonly #after: StatementSync;
  readonly #insert: StatementSync;
  readonly #setNewest: StatementSync;
  readonly #trim: StatementSync;
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#newest = database.prepare(
      "SELECT CAST(CAST(value AS TEXT) AS INTEGER) AS newest FROM meta WHERE name = 'change-sequence'",
    );
    this.#after = database.prepare('SELECT notice FROM changes WHERE sequence > ? ORDER BY sequence');
    this.#insert = database.prepare("INSERT INTO changes (sequence, keys, notice) VALUES (?, x'', ?)");
    this.#setNewest = database.prepare(
      "UPDATE meta SET value = CAST(CAST(? AS TEXT) AS BLOB) WHERE name = 'change-sequence'",
    );
    this.#trim = database.prepare('DELETE FROM changes WHERE sequence <= ?');
  }

  get sequence(): number {
    return (this.#newest.get() as { newest: number }).newest;
  }

  /** @returns undefined where nothing changed. To be called in a transaction, so that both are of one moment. */
  after(seen: number): ForeignBatch | undefined {
    const { sequence } = this;
    if (sequence === seen) return undefined;
    const rows = this.#after.all(seen) as unknown as { notice: Uint8Array }[];
    if (rows.length !== sequence - seen) return { changes: 'unknown', sequence };
    return { changes: rows.flatMap(({ notice }) => splitNotices(Buffer.from(notice))), sequence };
  }

  /** @returns the sequence of this change */
  add(notice: Uint8Array): number {
    const next = this.sequence + 1;
    this.#insert.run(next, notice);
    this.#setNewest.run(String(next));
    if (next % trimEvery === 0) this.#trim.run(next - changesKept);
    return next;
  }

  /** Lets every other process forget what it knows: a gap in the sequence. */
  forgetAll(): number {
    const next = this.sequence + 1;
    this.#database.exec('DELETE FROM changes');
    this.#setNewest.run(String(next));
    return next;
  }
}
