import { createSecretKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomBytes } from '../crypto/random.ts';
import { syncDirectory, writeDurably } from '../seal/durable-file.ts';
import { databasePath, insertKeySql, lockDirectory, openDatabase } from './engines/sqlite-schema.ts';
import { Keyring, requireRootKey, rootCheck } from './keyring.ts';
import { CannotOpenStore } from './store.ts';

const next = (directory: string, name = ''): string => join(directory, 'next-root', name);

/**
 * Gives a data directory a new root key. The new seal is written beside the old one first; the database changes in one
 * transaction; then the new seal takes the old one's place, by {@link finishRootKeyChange} where this process does not live
 * to see it. docs/formats/key-hierarchy.md
 *
 * @param keep writes `seal.json` or `root.key` for the new root key into a directory
 * @throws {CannotOpenStore} a server is running on it, or the root key is wrong
 */
export const changeRootKey = async (
  directory: string,
  rootKey: KeyObject,
  keep: (newRootKey: KeyObject, directory: string) => Promise<void>,
): Promise<void> => {
  const lock = lockDirectory(directory);
  try {
    const { database, state } = openDatabase(directory);
    try {
      if (!state) throw new CannotOpenStore(`${directory} has no data yet`);
      const storeId = Buffer.from(state.meta.get('store-id')!);
      requireRootKey(rootKey, storeId, state.meta.get('root-check')!);
      const secret = randomBytes(32);
      const newRootKey = createSecretKey(secret);
      secret.fill(0);
      const check = rootCheck(newRootKey, storeId);
      rmSync(next(directory), { recursive: true, force: true });
      mkdirSync(next(directory), { mode: 0o700 });
      await keep(newRootKey, next(directory));
      writeDurably(next(directory), next(directory, 'root-check'), check.toString('hex'), 'create');
      syncDirectory(directory);
      const rows = new Keyring(rootKey, storeId, state.keyring).underRootKey(newRootKey);
      database.exec('BEGIN IMMEDIATE');
      for (const { id, parent, sealed } of rows) database.prepare(insertKeySql).run(id, parent, sealed);
      database.prepare("UPDATE meta SET value = ? WHERE name = 'root-check'").run(check);
      database.exec('COMMIT');
    } finally {
      database.close();
    }
    finish(directory);
  } finally {
    lock.close();
  }
};

/** Ends a change of the root key that was interrupted, forward or back, by what the database says. Needs no key. */
export const finishRootKeyChange = (directory: string): void => {
  if (!existsSync(next(directory))) return;
  let lock: DatabaseSync;
  try {
    lock = lockDirectory(directory);
  } catch (error) {
    // Whoever holds the lock is changing it right now, or has finished.
    if (error instanceof CannotOpenStore) return;
    throw error;
  }
  try {
    finish(directory);
  } finally {
    lock.close();
  }
};

const finish = (directory: string): void => {
  if (existsSync(next(directory)) && isCommitted(directory)) {
    // A seal wins over a root.key beside it, so in this order every interruption leaves one that is right.
    if (existsSync(next(directory, 'seal.json')))
      renameSync(next(directory, 'seal.json'), join(directory, 'seal.json'));
    if (existsSync(next(directory, 'root.key'))) renameSync(next(directory, 'root.key'), join(directory, 'root.key'));
    if (existsSync(join(directory, 'seal.json'))) rmSync(join(directory, 'root.key'), { force: true });
    syncDirectory(directory);
  }
  rmSync(next(directory), { recursive: true, force: true });
};

const isCommitted = (directory: string): boolean => {
  const path = next(directory, 'root-check');
  if (!existsSync(path)) return false;
  const database = new DatabaseSync(databasePath(directory));
  const row = database.prepare("SELECT value FROM meta WHERE name = 'root-check'").get() as { value: Uint8Array };
  database.close();
  return Buffer.from(row.value).toString('hex') === readFileSync(path, 'utf8');
};
