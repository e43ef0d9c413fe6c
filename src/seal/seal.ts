import type { KeyObject } from 'node:crypto';
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import { type Overwriting, syncDirectory } from './durable-file.ts';
import { createKeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import type { SealSettings } from './method.ts';
import { methodOf, type SealMethodName } from './methods.ts';
import { makePrivateDirectory } from './private-directory.ts';
import { isPresent } from './private-file.ts';
import { SealError, WrongSecret } from './seal-error.ts';
import { findSealFile, openSealFile, type SealFile, sealRootKey, writeSealFile } from './seal-file.ts';

/** How the root key of a data directory is kept. */
export interface SealStatus {
  /** `plain`: in `root.key`. `none`: there is no root key yet. */
  readonly method: SealMethodName | 'plain' | 'none' | (string & {});
  /** What a start waits for; absent: nothing. */
  readonly asks?: 'passphrase' | 'share';
  readonly needed?: number;
  readonly id?: string;
  readonly created?: string;
  /** A `root.key` lies beside the seal: a rewrap was interrupted, or somebody has put it there. */
  readonly plainCopy?: true;
}

/** @throws {SealError} `seal.json` is damaged, or the directory is another user's */
export const sealStatus = (directory: string): SealStatus => {
  const file = findSealFile(directory);
  if (!file) return { method: isPresent(plainPath(directory)) ? 'plain' : 'none' };
  const { asks, needed } = methodOf(file.method);
  return {
    method: file.method,
    id: file.id,
    created: file.created,
    ...(asks && { asks, needed: needed?.(file.parameters) ?? 1 }),
    ...(isPresent(plainPath(directory)) && { plainCopy: true }),
  };
};

/** What a new seal is made of. */
export interface NewSeal {
  readonly method: SealMethodName;
  readonly settings: SealSettings;
  /** The passphrase, where the method asks for one. */
  readonly given?: string;
}

/**
 * Makes the root key of a new data directory and seals it.
 *
 * @returns lines for the operator: what to keep
 * @throws {SealError} the directory has a root key already
 */
export const initializeSeal = async (directory: string, seal: NewSeal): Promise<readonly string[]> => {
  if (sealStatus(directory).method !== 'none' || isPresent(join(directory, 'bulwark.db'))) {
    throw new SealError(`${directory} has a root key already; "bulwark rewrap" changes how it is kept`);
  }
  const above = firstPresent(resolve(directory));
  makePrivateDirectory(directory);
  try {
    return await writeSeal(directory, takeSecretKey(randomBytes(32)), seal, 'create');
  } catch (error) {
    removeEmpty(resolve(directory), above);
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new SealError(
      `another command has just made a root key or seal key for ${directory}: see "bulwark seal status"`,
      { cause: error },
    );
  }
};

const firstPresent = (path: string): string => (isPresent(path) ? path : firstPresent(dirname(path)));

/** Removes directories upwards, as long as they are empty. @param above stays */
const removeEmpty = (from: string, above: string): void => {
  for (let at = from; at !== above && readdirSync(at).length === 0; at = dirname(at)) rmdirSync(at);
};

/**
 * Keeps a root key in a directory that has none.
 *
 * @param seal absent: in `root.key`
 * @returns lines for the operator: what to keep
 */
export const keepRootKey = async (
  directory: string,
  rootKey: KeyObject,
  seal: NewSeal | undefined,
): Promise<readonly string[]> => {
  if (seal) return writeSeal(directory, rootKey, seal, 'create');
  writeKeyFile(plainPath(directory), rootKey, 'root');
  return ['root.key holds it: keep a copy elsewhere.'];
};

/** Gives lines to the operator, what to keep. @throws {Error} they did not arrive */
export type Tell = (keep: readonly string[]) => Promise<void>;

/**
 * Seals a root key that is at hand in another way than before. The old seal is gone when this returns, but not its copies.
 *
 * @param tell comes first: without what it tells, such as shares, nobody opens the new seal
 * @returns further lines for the operator
 */
export const rewrapSeal = async (
  directory: string,
  rootKey: KeyObject,
  seal: NewSeal,
  tell: Tell,
): Promise<readonly string[]> => {
  await writeSeal(directory, rootKey, seal, 'replace', tell);
  return plainCopySentences[removePlainCopy(directory, rootKey)];
};

const plainCopySentences = {
  none: [],
  removed: ['root.key is removed. Copies of it still open the data: "bulwark rotate-keys --root" ends that.'],
  another: ['root.key beside the seal is of another root key, and stays: move it to where it belongs.'],
} as const;

/**
 * Removes `root.key` beside a seal of the same root key, as a rewrap does last: one that was interrupted has left it.
 *
 * @param rootKey what the seal keeps
 * @returns `another`: it is not that key, and stays
 */
export const removePlainCopy = (directory: string, rootKey: KeyObject): 'none' | 'removed' | 'another' => {
  const path = plainPath(directory);
  if (!isPresent(join(directory, 'seal.json')) || !isPresent(path)) return 'none';
  if (!findKey(path)?.equals(rootKey)) return 'another';
  rmSync(path, { force: true });
  syncDirectory(directory);
  return 'removed';
};

const findKey = (path: string): KeyObject | undefined => {
  try {
    return readKeyFile(path);
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
};

/**
 * The root key of a data directory that opens by itself.
 *
 * @throws {SealError} it cannot be had, or a person has to unseal it
 */
export const readRootKey = async (directory: string, settings: SealSettings): Promise<KeyObject> => {
  const file = findSealFile(directory);
  if (!file) return readPlainRootKey(directory, false);
  const method = methodOf(file.method);
  if (method.asks) throw new SealError(`${directory} is sealed by ${file.method}: "bulwark unseal"`);
  return openSealFile(file, await method.recover(file, settings, []));
};

/**
 * The root key from `root.key`.
 *
 * @throws {SealError} absent, as may be its directory, unreadable, malformed, open to other users, or there is a seal
 */
export const readPlainRootKey = (directory: string, create: boolean): KeyObject => {
  if (isPresent(join(directory, 'seal.json')))
    throw new SealError(`${directory} is sealed: its root key is not in a file beside it`);
  if (!create && !isPresent(directory))
    throw new SealError(
      `${directory} is not there: --data names what a server keeps its state in; beside a database, --key-directory names what is copied from the first host`,
    );
  const path = plainPath(directory);
  return create && !isPresent(path) ? createKeyFile(path, 'root') : readKeyFile(path);
};

/**
 * One unsealing by people: collects what they give until it is enough. Follows the seal when it is changed meanwhile, as
 * `bulwark rewrap` does: what opened the old one opens nothing any more.
 */
export class Unsealing {
  readonly #directory: string;
  readonly #settings: SealSettings;
  #seal: AskedSeal;
  #given = new Set<string>();

  /** @throws {SealError} there is no seal that asks a person */
  constructor(directory: string, settings: SealSettings) {
    this.#directory = directory;
    this.#settings = settings;
    this.#seal = readAskedSeal(directory);
  }

  /** How far it is, of the seal that could be read last. */
  get progress(): {
    readonly method: string;
    readonly asks: 'passphrase' | 'share';
    readonly given: number;
    readonly needed: number;
  } {
    const { file, asks, needed } = this.#seal;
    return { method: file.method, asks, given: this.#given.size, needed };
  }

  /** Reads the seal anew. @throws {SealError} it is damaged, or asks nobody any more */
  refresh(): void {
    const seal = readAskedSeal(this.#directory);
    if (seal.file.id !== this.#seal.file.id) this.#given = new Set();
    this.#seal = seal;
  }

  /**
   * Takes a passphrase or one more share.
   *
   * @returns the root key as soon as enough was given
   * @throws {WrongSecret} this one is wrong, or was given already; those before it are kept
   * @throws {SealError} as {@link refresh}
   */
  async give(text: string): Promise<KeyObject | undefined> {
    this.refresh();
    const { file, needed } = this.#seal;
    const method = methodOf(file.method);
    const accepted = method.accept?.(file, text) ?? text;
    if (this.#given.has(accepted)) throw new WrongSecret('this share was given already; give another one');
    this.#given.add(accepted);
    if (this.#given.size < needed) return undefined;
    const given = [...this.#given];
    this.#given = new Set();
    return openSealFile(file, await method.recover(file, this.#settings, given));
  }
}

/** A seal that a person opens. */
interface AskedSeal {
  readonly file: SealFile;
  readonly asks: 'passphrase' | 'share';
  readonly needed: number;
}

const readAskedSeal = (directory: string): AskedSeal => {
  const file = findSealFile(directory);
  const method = file && methodOf(file.method);
  if (!file || !method?.asks)
    throw new SealError(
      `${directory} opens by itself: nothing is to be unsealed; a server that waits has to be started anew`,
    );
  return { file, asks: method.asks, needed: method.needed?.(file.parameters) ?? 1 };
};

const plainPath = (directory: string): string => join(directory, 'root.key');

const writeSeal = async (
  directory: string,
  rootKey: KeyObject,
  seal: NewSeal,
  overwriting: Overwriting,
  tell: Tell = async () => {},
): Promise<readonly string[]> => {
  const { method, settings, given } = seal;
  const id = randomBytes(8).toString('hex');
  const { key, parameters, keep } = await methodOf(method).create(id, settings, given ?? '');
  await tell(keep);
  writeSealFile(directory, sealRootKey(rootKey, key, { id, method, parameters }, new Date()), overwriting);
  return keep;
};
