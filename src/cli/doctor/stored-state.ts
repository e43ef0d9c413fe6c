import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Config } from '../../config.ts';
import type { StoredState } from '../../store/engine.ts';
import { databasePath, readState } from '../../store/engines/sqlite-schema.ts';
import { findReadableDirectory } from './data-directory.ts';

/**
 * What the configured database says of itself. Nothing that is stored changes; SQLite may leave empty files of its own.
 *
 * @returns undefined where nothing is stored yet
 * @throws {CannotOpenStore} of a newer format, or damaged
 * @throws {Error} it cannot be reached or read
 */
export const findStoredState = (config: Config): Promise<StoredState | undefined> => {
  const known = asked.get(config) ?? read(config);
  asked.set(config, known);
  return known;
};

/** Two checks want to know, and a database that does not answer is waited for. */
const asked = new WeakMap<Config, Promise<StoredState | undefined>>();

const read = async (config: Config): Promise<StoredState | undefined> => {
  if (config.database !== undefined) return ofServer(config.database);
  const directory = findReadableDirectory(config);
  if (directory === undefined || !existsSync(databasePath(directory))) return undefined;
  const database = new DatabaseSync(databasePath(directory), { readOnly: true, timeout: 1000 });
  try {
    return readState(database);
  } finally {
    database.close();
  }
};

const ofServer = async (url: string): Promise<StoredState | undefined> => {
  // Loaded only where it is needed: a driver is much code.
  const { Session } = await import('../../store/engines/postgres-session.ts');
  const { readState: readStateOfServer } = await import('../../store/engines/postgres-state.ts');
  const session = new Session(url, { once: true });
  try {
    return await readStateOfServer(session);
  } finally {
    await session.close();
  }
};
