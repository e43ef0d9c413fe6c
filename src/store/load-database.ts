import type { KeyObject } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './engines/sqlite-migrations.ts';
import { sqliteSnapshot } from './engines/sqlite-snapshot.ts';
import { unlockBarrier } from './open.ts';

/**
 * Makes a store in a database server of one in a SQLite file, which is brought to the present format: all of it or nothing.
 *
 * @param beforeCommit comes when all is written and nothing is kept
 * @throws {CannotOpenStore} the database holds a store already, or is not reachable
 */
export const loadDatabase = async (
  path: string,
  rootKey: KeyObject,
  url: string,
  beforeCommit: () => void,
): Promise<void> => {
  const old = sqliteSnapshot(path);
  const { logKey } = unlockBarrier(old.state, rootKey);
  await old.close();
  const database = new DatabaseSync(path);
  migrate(database, logKey);
  database.close();
  const { loadPostgres } = await import('./engines/postgres-load.ts');
  const snapshot = sqliteSnapshot(path);
  try {
    await loadPostgres(url, snapshot, beforeCommit);
  } finally {
    await snapshot.close();
  }
};
