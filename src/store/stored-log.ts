import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { readPlainRootKey } from '../seal/seal.ts';
import type { Barrier } from './barrier.ts';
import type { StoredState } from './engine.ts';
import { databasePath, readState } from './engines/sqlite-schema.ts';
import { type LogBlock, LogChain } from './log-chain.ts';
import { unlockBarrier } from './open.ts';
import { CannotOpenStore } from './store.ts';

/** The log of a data directory as it is stored, for verification: nothing in it is believed yet. */
export interface StoredLog {
  /** Opens heads and blocks. */
  readonly chain: LogChain;
  /** The sealed head; undefined when it was removed. */
  readonly sealedHead: Uint8Array | undefined;
  /** Every block, by number of its first record. */
  blocks(): Iterable<LogBlock>;
  close(): void;
}

/** A data directory as it is stored, read as of one moment. */
export interface Stored {
  /** In a read transaction; the reader closes it. */
  readonly database: DatabaseSync;
  readonly state: StoredState;
  readonly barrier: Barrier;
}

/**
 * Opens a data directory for reading, as of this moment. Works beside a running server and on a copy.
 *
 * @param path the database, where it is not the directory's own
 * @throws {CannotOpenStore} no store there, or another root key
 * @throws {IntegrityError} the keyring was altered
 */
export const openStored = (directory: string, rootKey?: KeyObject, path = databasePath(directory)): Stored => {
  if (!existsSync(path)) throw new CannotOpenStore(`${directory} is not a data directory: it has no bulwark.db`);
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    // One snapshot for all that is read, whatever a server writes meanwhile.
    database.exec('BEGIN');
    const state = readState(database);
    if (!state) throw new CannotOpenStore(`${path} is empty`);
    return { database, state, barrier: unlockBarrier(state, rootKey ?? readPlainRootKey(directory, false)) };
  } catch (error) {
    database.close();
    throw error;
  }
};

/**
 * Opens the log of a data directory for reading.
 *
 * @throws as {@link openStored}
 */
export const openStoredLog = (directory: string, rootKey?: KeyObject): StoredLog => {
  const { database, state, barrier } = openStored(directory, rootKey);
  return {
    chain: new LogChain(barrier.logKey),
    sealedHead: state.meta.get('log-head'),
    blocks: () =>
      database
        .prepare('SELECT first, count, sealed FROM log ORDER BY first')
        .iterate() as unknown as Iterable<LogBlock>,
    close: () => database.close(),
  };
};
