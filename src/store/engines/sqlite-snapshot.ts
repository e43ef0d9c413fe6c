import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Snapshot } from '../engine.ts';
import type { LogBlock } from '../log-chain.ts';
import { NoStore } from '../store.ts';
import { bytes, rowOf } from './sqlite-row.ts';
import { readState } from './sqlite-schema.ts';

const rowsPerPage = 1000;
/** A block holds up to a thousand records of its own. */
const blocksPerPage = 32;

/**
 * Reads a SQLite database as of this moment. Works beside a running server and on a copy.
 *
 * @param path the database file
 * @throws {NoStore}
 */
export const sqliteSnapshot = (path: string): Snapshot => {
  if (!existsSync(path)) throw new NoStore(`${dirname(path)} is not a data directory: it has no bulwark.db`);
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    // One snapshot for all that is read, whatever a server writes meanwhile.
    database.exec('BEGIN');
    const state = readState(database);
    if (!state) throw new NoStore(`${path} is empty`);
    return {
      state,
      records: () => pagesOf(database, 'SELECT id, partition, revision, sealed FROM records', rowOf),
      entries: () =>
        pagesOf(database, 'SELECT entry, id FROM entries', ({ entry, id }) => ({ entry: bytes(entry), id: bytes(id) })),
      log: () =>
        pagesOf(
          database,
          'SELECT first, count, sealed FROM log ORDER BY first',
          (row) => row as unknown as LogBlock,
          blocksPerPage,
        ),
      close: async () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
};

async function* pagesOf<T>(
  database: DatabaseSync,
  sql: string,
  of: (row: Record<string, unknown>) => T,
  limit = rowsPerPage,
): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for (const row of database.prepare(sql).iterate()) {
    if (page.push(of(row)) < limit) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
