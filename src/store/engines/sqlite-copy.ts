import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Snapshot } from '../engine.ts';
import { initializeDatabase } from './sqlite-schema.ts';

/**
 * Writes what a snapshot of any engine holds into a new SQLite database, row for row as it is sealed.
 *
 * @param to a file that does not exist; it is not synced
 */
export const copyToSqlite = async (snapshot: Snapshot, to: string): Promise<void> => {
  closeSync(openSync(to, 'wx', 0o600));
  const database = new DatabaseSync(to);
  try {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    initializeDatabase(database, { meta: metaOf(snapshot), keyring: snapshot.state.keyring });
    database.exec('BEGIN');
    const insertRecord = database.prepare('INSERT INTO records (id, partition, revision, sealed) VALUES (?, ?, ?, ?)');
    for await (const page of snapshot.records()) {
      for (const { id, partition, revision, sealed } of page) insertRecord.run(id, partition, revision, sealed);
    }
    const insertEntry = database.prepare('INSERT INTO entries (entry, id) VALUES (?, ?)');
    for await (const page of snapshot.entries()) for (const { entry, id } of page) insertEntry.run(entry, id);
    const insertBlock = database.prepare('INSERT INTO log (first, count, sealed) VALUES (?, ?, ?)');
    for await (const page of snapshot.log()) {
      for (const { first, count, sealed } of page) insertBlock.run(first, count, sealed);
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
};

/** The changes that processes tell each other are not copied, so neither is where they end. */
const metaOf = ({ state }: Snapshot): ReadonlyMap<string, Uint8Array> =>
  new Map([...state.meta].filter(([name]) => name !== 'change-sequence'));
