import type { KeyObject } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import { type Overwriting, syncDirectory } from './durable-file.ts';
import { createKeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import type { SealSettings } from './method.ts';
import { methodOf, type SealMethodName } from './methods.ts';
import { makePrivateDirectory } from './private-directory.ts';
import { SealError } from './seal-error.ts';
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
}

/** @throws {SealError} `seal.json` is damaged */
export const sealStatus = (directory: string): SealStatus => {
  const file = findSealFile(directory);
  if (!file) return { method: existsSync(plainPath(directory)) ? 'plain' : 'none' };
  const { asks, needed } = methodOf(file.method);
  return {
    method: file.method,
    id: file.id,
    created: file.created,
    ...(asks && { asks, needed: needed?.(file.parameters) ?? 1 }),
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
  if (sealStatus(directory).method !== 'none' || existsSync(join(directory, 'bulwark.db'))) {
    throw new SealError(`${directory} has a root key already; "bulwark rewrap" changes how it is kept`);
  }
  makePrivateDirectory(directory);
  const secret = randomBytes(32);
  const rootKey = takeSecretKey(secret);
  return writeSeal(directory, rootKey, seal, 'create');
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

/**
 * Seals a root key that is at hand in another way than before. The old seal is gone when this returns, but not its copies.
 *
 * @returns lines for the operator: what to keep
 */
export const rewrapSeal = async (directory: string, rootKey: KeyObject, seal: NewSeal): Promise<readonly string[]> => {
  const keep = await writeSeal(directory, rootKey, seal, 'replace');
  if (!existsSync(plainPath(directory))) return keep;
  rmSync(plainPath(directory));
  syncDirectory(directory);
  return [...keep, 'root.key is removed. Copies of it still open the data: "bulwark rotate-keys --root" ends that.'];
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
  if (existsSync(join(directory, 'seal.json')))
    throw new SealError(`${directory} is sealed: its root key is not in a file beside it`);
  if (!create && !existsSync(directory))
    throw new SealError(
      `${directory} is not there: --data names what a server keeps its state in; beside a database, --key-directory names what is copied from the first host`,
    );
  const path = plainPath(directory);
  return create && !existsSync(path) ? createKeyFile(path, 'root') : readKeyFile(path);
};

/** One unsealing by people: collects what they give until it is enough. */
export class Unsealing {
  readonly #file: SealFile;
  readonly #settings: SealSettings;
  readonly #asks: 'passphrase' | 'share';
  readonly #needed: number;
  #given = new Set<string>();

  /** @throws {SealError} there is no seal that asks a person */
  constructor(directory: string, settings: SealSettings) {
    const file = findSealFile(directory);
    const method = file && methodOf(file.method);
    if (!file || !method?.asks) throw new SealError(`${directory} opens by itself: nothing is to be unsealed`);
    this.#file = file;
    this.#settings = settings;
    this.#asks = method.asks;
    this.#needed = method.needed?.(file.parameters) ?? 1;
  }

  /** How far it is. */
  get progress(): {
    readonly method: string;
    readonly asks: 'passphrase' | 'share';
    readonly given: number;
    readonly needed: number;
  } {
    return { method: this.#file.method, asks: this.#asks, given: this.#given.size, needed: this.#needed };
  }

  /**
   * Takes a passphrase or one more share; the same share twice counts once.
   *
   * @returns the root key as soon as enough was given
   * @throws {WrongSecret} this one is wrong; those before it are kept
   * @throws {AlteredSeal}
   */
  async give(text: string): Promise<KeyObject | undefined> {
    const method = methodOf(this.#file.method);
    this.#given.add(method.accept?.(this.#file, text) ?? text);
    if (this.#given.size < this.#needed) return undefined;
    const given = [...this.#given];
    this.#given = new Set();
    return openSealFile(this.#file, await method.recover(this.#file, this.#settings, given));
  }
}

const plainPath = (directory: string): string => join(directory, 'root.key');

const writeSeal = async (
  directory: string,
  rootKey: KeyObject,
  { method, settings, given }: NewSeal,
  overwriting: Overwriting,
): Promise<readonly string[]> => {
  const id = randomBytes(8).toString('hex');
  const { key, parameters, keep } = await methodOf(method).create(id, settings, given ?? '');
  writeSealFile(directory, sealRootKey(rootKey, key, { id, method, parameters }, new Date()), overwriting);
  return keep;
};
