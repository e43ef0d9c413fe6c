import type { Snapshot } from '../engine.ts';
import { CannotOpenStore } from '../store.ts';
import { refusalOf } from './postgres-refusal.ts';
import { Session } from './postgres-session.ts';
import { bytes, integer, list } from './postgres-sql.ts';
import { initialize, readState } from './postgres-state.ts';

/**
 * Makes a store in a database of what a snapshot of any engine holds, row for row as it is sealed: all of it or nothing.
 *
 * @param beforeCommit comes when all is written and nothing is kept
 * @throws {CannotOpenStore} the database holds a store already, or is not reachable
 */
export const loadPostgres = async (
  url: string,
  { state, records, entries, log }: Snapshot,
  beforeCommit: () => void,
): Promise<void> => {
  const session = new Session(url, { once: true });
  try {
    if (await readState(session)) throw new CannotOpenStore('the database holds a store already; name an empty one');
    const meta = new Map([...state.meta].filter(([name]) => name !== 'change-sequence'));
    await initialize(session, { meta, keyring: state.keyring }, async () => {
      for await (const page of records()) {
        await session.run(
          `INSERT INTO bulwark_records (id, partition_id, revision, sealed) VALUES ${list(page, ({ id, partition, revision, sealed }) => `(${bytes(id)}, ${bytes(partition)}, ${integer(revision)}, ${bytes(sealed)})`)}`,
        );
      }
      for await (const page of entries()) {
        await session.run(
          `INSERT INTO bulwark_entries (entry, id) VALUES ${list(page, ({ entry, id }) => `(${bytes(entry)}, ${bytes(id)})`)}`,
        );
      }
      for await (const page of log()) {
        await session.run(
          `INSERT INTO bulwark_log (first, records, sealed) VALUES ${list(page, ({ first, count, sealed }) => `(${integer(first)}, ${integer(count)}, ${bytes(sealed)})`)}`,
        );
      }
      beforeCommit();
    });
  } catch (error) {
    if (error instanceof CannotOpenStore) throw error;
    throw new CannotOpenStore(`the database was not filled: ${refusalOf(error)}`, { cause: error });
  } finally {
    await session.close();
  }
};
