import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { giveToOwnerOf } from '../../seal/owner.ts';
import { makePrivateDirectory } from '../../seal/private-directory.ts';
import { type StoredState, storeFormat } from '../engine.ts';
import type { KeyringRow } from '../keyring.ts';
import { CannotOpenStore } from '../store.ts';

/** Tables of docs/formats/key-hierarchy.md, record.md and journal.md. */
const schema = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE keyring (position INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, parent INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE records (id BLOB PRIMARY KEY, partition BLOB NOT NULL, revision INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
  CREATE INDEX records_by_partition ON records (partition);
  CREATE TABLE entries (entry BLOB NOT NULL, id BLOB NOT NULL, PRIMARY KEY (entry, id)) STRICT, WITHOUT ROWID;
  CREATE TABLE log (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
`;

/** The database file of a data directory. */
export const databasePath = (directory: string): string => join(directory, 'bulwark.db');

/**
 * Takes the directory for this process, or for those that it starts; the lock is the operating system's and ends with the
 * process, however it ends.
 *
 * @returns close it to let go
 * @throws {CannotOpenStore} another process has it, or processes are left that one started which has ended
 */
export const lockDirectory = (directory: string): DatabaseSync => {
  makePrivateDirectory(directory);
  const lock = lockFile(directory, 'lock', 'BEGIN EXCLUSIVE');
  if (!existsSync(join(directory, membersLock))) return lock;
  try {
    lockFile(directory, membersLock, 'BEGIN EXCLUSIVE').close();
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
};

/**
 * Enters a directory that another process has taken for several.
 *
 * @returns close it to let go
 * @throws {CannotOpenStore} another server is just looking whether the directory is free
 */
export const joinDirectory = (directory: string): DatabaseSync =>
  lockFile(directory, membersLock, 'BEGIN; SELECT * FROM sqlite_master');

/**
 * Takes the seal of a directory: who changes how its root key is kept, beside servers that run on it.
 *
 * @returns close it to let go
 * @throws {CannotOpenStore} another process has it
 */
export const lockSeal = (directory: string): DatabaseSync =>
  // Of two that ask for EXCLUSIVE at the same moment, both may be refused; of two that ask for this, one has it.
  lockFile(directory, 'lock-seal', 'BEGIN IMMEDIATE', 'another command is changing the seal of');

/** Locked by every process that entered the directory, as readers. */
const membersLock = 'lock-workers';

const lockFile = (directory: string, name: string, begin: string, taken = 'another Bulwark is using'): DatabaseSync => {
  const path = join(directory, name);
  makePrivate(path);
  const lock = opened(path, {});
  try {
    lock.exec(begin);
    return lock;
  } catch (cause) {
    lock.close();
    throw new CannotOpenStore(`${taken} ${directory}`, { cause });
  }
};

/**
 * Opens the database for reading by this thread, and recovers what a crash left in its write-ahead log.
 *
 * @throws {CannotOpenStore} not a database of ours, or of a newer format
 */
export const openDatabase = (directory: string): { database: DatabaseSync; state: StoredState | undefined } => {
  const path = databasePath(directory);
  requireNotEmptied(directory, path);
  if (!existsSync(path)) makeDatabase(path);
  makePrivate(path);
  const database = opened(path, { timeout: 5000 });
  try {
    const state = readState(database);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    return { database, state };
  } catch (cause) {
    database.close();
    if (cause instanceof CannotOpenStore) throw cause;
    throw new CannotOpenStore(`${path} is not a Bulwark database, or is damaged`, { cause });
  }
};

/** INVARIANT: a database file is never empty, so that one which was emptied is not taken for a new one. */
const makeDatabase = (path: string): void => {
  const beside = `${path}.new`;
  makePrivate(beside);
  const database = opened(beside, {});
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
  renameSync(beside, path);
};

/** A key beside it shows that the directory is not new. @throws {CannotOpenStore} the database was emptied */
const requireNotEmptied = (directory: string, path: string): void => {
  const hasKey = ['root.key', 'seal.json'].some((name) => existsSync(join(directory, name)));
  if (!hasKey || statSync(path, { throwIfNoEntry: false })?.size !== 0) return;
  throw new CannotOpenStore(
    `${path} is empty, though there is a root key: restore a backup; if nothing was ever stored here, remove the file`,
  );
};

/** @throws {CannotOpenStore} there is something else than a file, or it cannot be opened */
const opened = (path: string, options: DatabaseSyncOptions): DatabaseSync => {
  try {
    return new DatabaseSync(path, options);
  } catch (cause) {
    throw new CannotOpenStore(`${path} cannot be opened: ${(cause as Error).message}`, { cause });
  }
};

/** Makes a file that no other user can read, before SQLite would; its journals get the same mode. */
const makePrivate = (path: string): void => {
  // INVARIANT: an existing file is not opened. Closing it again would let go of every POSIX lock of this process on it.
  if (existsSync(path) || !makeFile(path)) chmodSync(path, 0o600);
};

/**
 * INVARIANT: it is made here, and by no link elsewhere, where whose the directory is could have root make and give him any file.
 *
 * @returns false: another process has made it meanwhile
 */
const makeFile = (path: string): boolean => {
  try {
    const file = openSync(path, 'ax', 0o600);
    try {
      giveToOwnerOf(dirname(path), file);
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if (existsSync(path)) return false;
    throw error;
  }
};

/** Creates the tables and the first state in one transaction. */
export const initializeDatabase = (database: DatabaseSync, { meta, keyring }: StoredState): void => {
  database.exec(`BEGIN IMMEDIATE; ${schema}`);
  const insertMeta = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
  for (const [name, value] of meta) insertMeta.run(name, value);
  const insertKey = database.prepare(insertKeySql);
  for (const { id, parent, sealed } of keyring) insertKey.run(id, parent, sealed);
  database.exec('COMMIT');
};

/** Adds one wrapped key to the keyring, or puts one that was sealed anew in its place. */
export const insertKeySql =
  'INSERT INTO keyring (id, parent, sealed) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, sealed = excluded.sealed';

/** Every wrapped key, oldest first. */
export const selectKeyringSql = 'SELECT id, parent, sealed FROM keyring ORDER BY position';

/** What the database says of itself; undefined when it is empty. */
export const readState = (database: DatabaseSync): StoredState | undefined => {
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_master WHERE type = 'table'").get() as {
    tables: number;
  };
  if (tables === 0) return undefined;
  const rows = database.prepare('SELECT name, value FROM meta').all() as unknown as {
    name: string;
    value: Uint8Array;
  }[];
  const meta = new Map(rows.map(({ name, value }) => [name, value]));
  const format = Number(Buffer.from(meta.get('format') ?? []).toString());
  if (!(format >= 1)) throw new CannotOpenStore('the data directory is damaged: it names no format');
  if (format > storeFormat) {
    throw new CannotOpenStore(
      `the data was written by a newer Bulwark: its format is ${format}, this version reads up to ${storeFormat}. Use the newer version.`,
    );
  }
  const keyring = database.prepare(selectKeyringSql).all();
  return { meta, keyring: keyring as unknown as KeyringRow[] };
};
