import type { KeyObject } from 'node:crypto';
import { readPlainRootKey } from '../seal/seal.ts';
import type { Barrier } from './barrier.ts';
import type { Snapshot } from './engine.ts';
import { databasePath } from './engines/sqlite-schema.ts';
import { sqliteSnapshot } from './engines/sqlite-snapshot.ts';
import { LogChain, type LogHead } from './log-chain.ts';
import { unlockBarrier } from './open.ts';
import { isDatabaseUrl } from './store.ts';

/** A store as it is stored, with what opens it. */
export interface Stored {
  /** The reader closes it. */
  readonly snapshot: Snapshot;
  readonly barrier: Barrier;
}

/**
 * Opens a store for reading, as of this moment. Works beside running servers, and on a copy.
 *
 * @param place a data directory, or the URL of a database
 * @param rootKey absent: from `root.key` in the directory
 * @throws {CannotOpenStore} another root key, or (`NoStore`) no store there
 * @throws {IntegrityError} the keyring was altered
 */
export const openStored = async (place: string, rootKey?: KeyObject): Promise<Stored> => {
  const snapshot = await snapshotOf(place);
  try {
    return { snapshot, barrier: unlockBarrier(snapshot.state, rootKey ?? readPlainRootKey(place, false)) };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
};

const snapshotOf = async (place: string): Promise<Snapshot> => {
  if (!isDatabaseUrl(place)) return sqliteSnapshot(databasePath(place));
  const { postgresSnapshot } = await import('./engines/postgres-snapshot.ts');
  return postgresSnapshot(place);
};

/** The head of the log. @throws {IntegrityError} it was altered or removed */
export const headOf = ({ snapshot, barrier }: Stored): LogHead =>
  new LogChain(barrier.logKey).openHead(snapshot.state.meta.get('log-head') ?? Buffer.alloc(0));

/** The version of a store's format. */
export const formatOf = ({ state }: Snapshot): number => Number(Buffer.from(state.meta.get('format') ?? []).toString());
