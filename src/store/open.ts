import { createSecretKey, type KeyObject } from 'node:crypto';
import { randomBytes } from '../crypto/random.ts';
import { makePrivateDirectory } from '../seal/private-directory.ts';
import { readPlainRootKey } from '../seal/seal.ts';
import { Barrier } from './barrier.ts';
import { type LockedEngine, type StoredState, storeFormat } from './engine.ts';
import { lockedMemory } from './engines/memory.ts';
import { lockedSqlite } from './engines/sqlite.ts';
import { joinDirectory, lockDirectory, lockSeal } from './engines/sqlite-schema.ts';
import { requireRootKey, rootCheck } from './keyring.ts';
import { SealedStore, type SealedStoreOptions } from './sealed-store.ts';
import { CannotOpenStore, isDatabaseUrl, type Store } from './store.ts';

/** Where a store lives and what opens it. */
export interface StoreOptions extends SealedStoreOptions {
  /** A directory, made if absent; the URL of a PostgreSQL database; or `:memory:` for a store that leaves nothing behind. */
  readonly data: string;
  /** 32 bytes; absent: from `root.key` in the directory, made at the first start. */
  readonly rootKey?: KeyObject;
  /** One of several processes on one directory, which the process that started them has taken with {@link holdDirectory}. */
  readonly shared?: boolean;
  /** Where `root.key` lies; absent: in the directory. A database needs it, or a root key. */
  readonly keyDirectory?: string;
}

/**
 * Opens a store, or makes it.
 *
 * @throws {CannotOpenStore} the directory is in use, of a newer format, damaged, or the root key is absent or wrong
 * @throws {IntegrityError} the keyring or the head of the log was altered
 */
export const openStore = async ({
  data,
  rootKey,
  keyDirectory = data,
  shared,
  ...options
}: StoreOptions): Promise<Store> => {
  if (data === ':memory:') return unlock(lockedMemory(), rootKey ?? createSecretKey(randomBytes(32)), options);
  if (isDatabaseUrl(data)) {
    return openDatabase(data, (isNew) => rootKey ?? readRootKeyIn(keyDirectory, isNew), options);
  }
  const locked = lockedSqlite(data, shared);
  try {
    return await unlock(locked, rootKey ?? readPlainRootKey(data, locked.state === undefined), options);
  } catch (error) {
    await locked.close();
    throw error;
  }
};

/**
 * Takes a directory for processes that this one starts.
 *
 * @returns lets go of it; so does the end of this process
 * @throws {CannotOpenStore} another Bulwark has it
 */
export const holdDirectory = (directory: string): (() => void) => {
  const lock = lockDirectory(directory);
  return () => lock.close();
};

/**
 * Takes the seal of a directory, which is changed beside running servers, but by one command at a time.
 *
 * @returns lets go of it; so does the end of this process
 * @throws {CannotOpenStore} another command has it
 */
export const holdSeal = (directory: string): (() => void) => {
  const lock = lockSeal(directory);
  return () => lock.close();
};

/**
 * Enters a directory beside others that do: nobody takes it, or changes the root key that it keeps, meanwhile.
 *
 * @returns lets go of it; so does the end of this process
 * @throws {CannotOpenStore} somebody has taken it
 */
export const enterDirectory = (directory: string): (() => void) => {
  const lock = joinDirectory(directory);
  return () => lock.close();
};

const readRootKeyIn = (directory: string, create: boolean): KeyObject => {
  if (create) makePrivateDirectory(directory);
  return readPlainRootKey(directory, create);
};

/** A store that another process has made is opened by the second attempt. */
const maxAttempts = 5;

const openDatabase = async (
  url: string,
  rootKeyFor: (isNew: boolean) => KeyObject,
  options: SealedStoreOptions,
): Promise<Store> => {
  // Loaded only where it is needed: a driver is much code.
  const { lockedPostgres } = await import('./engines/postgres.ts');
  const { MadeMeanwhile } = await import('./engines/postgres-state.ts');
  for (let attempt = 1; ; attempt++) {
    const locked = await lockedPostgres(url);
    try {
      return await unlock(locked, rootKeyFor(locked.state === undefined), options);
    } catch (error) {
      await locked.close();
      if (!(error instanceof MadeMeanwhile) || attempt === maxAttempts) throw error;
    }
  }
};

const unlock = async (locked: LockedEngine, rootKey: KeyObject, options: SealedStoreOptions): Promise<Store> => {
  const barrier = locked.state ? unlockBarrier(locked.state, rootKey) : await firstBarrier(locked, rootKey);
  const engine = locked.unlock(barrier.logKey);
  return new SealedStore(engine, barrier, engine.logHead, options);
};

/**
 * Opens the keyring of a stored state.
 *
 * @throws {WrongRootKey}
 * @throws {IntegrityError} the keyring was altered
 */
export const unlockBarrier = ({ meta, keyring }: StoredState, rootKey: KeyObject): Barrier => {
  const storeId = meta.get('store-id');
  const check = meta.get('root-check');
  if (!storeId || !check) throw new CannotOpenStore('the store is damaged: its description is incomplete');
  requireRootKey(rootKey, Buffer.from(storeId), check);
  return new Barrier(rootKey, Buffer.from(storeId), keyring);
};

/** Makes the keys of a new store and stores them, before anything can be sealed with them. */
const firstBarrier = async (locked: LockedEngine, rootKey: KeyObject): Promise<Barrier> => {
  const storeId = randomBytes(16);
  const barrier = new Barrier(rootKey, storeId, []);
  const meta = new Map<string, Uint8Array>([
    ['format', Buffer.from(String(storeFormat))],
    ['store-id', storeId],
    ['root-check', rootCheck(rootKey, storeId)],
    ['log-head', barrier.newLogHead()],
  ]);
  const keyring = barrier.keyring.unsaved;
  await locked.initialize({ meta, keyring });
  barrier.keyring.saved(keyring);
  return barrier;
};
