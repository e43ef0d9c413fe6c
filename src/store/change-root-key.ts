import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import { syncDirectory, writeDurably } from '../seal/durable-file.ts';
import type { StoredRoot } from './engine.ts';
import { sqliteRoot } from './engines/sqlite-root.ts';
import { lockDirectory } from './engines/sqlite-schema.ts';
import { Keyring, requireRootKey, rootCheck } from './keyring.ts';
import { CannotOpenStore } from './store.ts';

/** A store and the directory that keeps its root key, or the seal. */
export interface RootPlace {
  readonly directory: string;
  /** URL of the database that holds the store; absent: the directory does. */
  readonly database?: string | undefined;
}

const next = (directory: string, name = ''): string => join(directory, 'next-root', name);

/**
 * Gives a store a new root key. The new seal is written beside the old one first; the database changes in one transaction;
 * then the new seal takes the old one's place, by {@link finishRootKeyChange} where this process does not live to see it.
 * docs/formats/key-hierarchy.md
 *
 * @param keep writes `seal.json` or `root.key` for the new root key into a directory
 * @throws {CannotOpenStore} a server is running on it, or the root key is wrong
 */
export const changeRootKey = async (
  place: RootPlace,
  rootKey: KeyObject,
  keep: (newRootKey: KeyObject, directory: string) => Promise<void>,
): Promise<void> => {
  const { directory } = place;
  const lock = lockDirectory(directory);
  try {
    const root = await rootOf(place);
    try {
      const { meta, keyring } = await root.hold();
      const storeId = Buffer.from(meta.get('store-id')!);
      requireRootKey(rootKey, storeId, meta.get('root-check')!);
      const secret = randomBytes(32);
      const newRootKey = takeSecretKey(secret);
      const check = rootCheck(newRootKey, storeId);
      rmSync(next(directory), { recursive: true, force: true });
      mkdirSync(next(directory), { mode: 0o700 });
      await keep(newRootKey, next(directory));
      writeDurably(next(directory), next(directory, 'root-check'), check.toString('hex'), 'create');
      syncDirectory(directory);
      await root.replace(new Keyring(rootKey, storeId, keyring).underRootKey(newRootKey), check);
    } finally {
      await root.close();
    }
    await finish(place);
  } finally {
    lock.close();
  }
};

/** Ends a change of the root key that was interrupted, forward or back, by what the database says. Needs no key. */
export const finishRootKeyChange = async (place: RootPlace): Promise<void> => {
  if (!existsSync(next(place.directory))) return;
  let lock: DatabaseSync;
  try {
    lock = lockDirectory(place.directory);
  } catch (error) {
    // Whoever holds the lock is changing it right now, or has finished.
    if (error instanceof CannotOpenStore) return;
    throw error;
  }
  try {
    await finish(place);
  } finally {
    lock.close();
  }
};

const rootOf = async ({ directory, database }: RootPlace): Promise<StoredRoot> => {
  if (database === undefined) return sqliteRoot(directory);
  const { postgresRoot } = await import('./engines/postgres-root.ts');
  return postgresRoot(database);
};

const finish = async (place: RootPlace): Promise<void> => {
  const { directory } = place;
  if (existsSync(next(directory)) && (await isCommitted(place))) {
    // A seal wins over a root.key beside it, so in this order every interruption leaves one that is right.
    if (existsSync(next(directory, 'seal.json')))
      renameSync(next(directory, 'seal.json'), join(directory, 'seal.json'));
    if (existsSync(next(directory, 'root.key'))) renameSync(next(directory, 'root.key'), join(directory, 'root.key'));
    if (existsSync(join(directory, 'seal.json'))) rmSync(join(directory, 'root.key'), { force: true });
    syncDirectory(directory);
  }
  rmSync(next(directory), { recursive: true, force: true });
};

const isCommitted = async (place: RootPlace): Promise<boolean> => {
  const path = next(place.directory, 'root-check');
  if (!existsSync(path)) return false;
  const root = await rootOf(place);
  try {
    return Buffer.from(await root.check()).toString('hex') === readFileSync(path, 'utf8');
  } finally {
    await root.close();
  }
};
