import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../config.ts';
import { isForbidden } from '../../process/system-error.ts';
import { readRootKey, type SealStatus, sealStatus } from '../../seal/seal.ts';
import { SealError } from '../../seal/seal-error.ts';
import type { StoredState } from '../../store/engine.ts';
import { databasePath } from '../../store/engines/sqlite-schema.ts';
import { IntegrityError, WrongRootKey } from '../../store/keyring.ts';
import { unlockBarrier } from '../../store/open.ts';
import { CannotOpenStore } from '../../store/store.ts';
import { findReadableDirectory } from './data-directory.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';
import { findStoredState } from './stored-state.ts';

/** The root key: is there, is kept apart from the data, can be had as a start has it, and opens the data. */
export const checkRootKey: Check = async ({ config }) => {
  const directory = resolve(config.data);
  // The key directory of a database may be gone whole.
  const isGone = config.database !== undefined && !existsSync(directory);
  if (!isGone && findReadableDirectory(config) === undefined) return [];
  try {
    const status = sealStatus(directory);
    // Why the state cannot be read, another check says.
    const state = await findStoredState(config).catch(() => undefined);
    if (status.method === 'none') return [absent(config, directory, state)];
    return [place(status, config), ...(await opening(directory, status, config, state))];
  } catch (error) {
    if (error instanceof SealError) return [problem('root key', error.message, remedyOf(error))];
    throw error;
  }
};

const remedyOf = ({ cause }: SealError): string =>
  isForbidden(cause) ? 'run the server, and this, as one user, who owns the file' : 'put back seal.json from a backup';

const absent = ({ database }: Config, directory: string, state: StoredState | undefined): Finding =>
  state !== undefined || (database === undefined && existsSync(databasePath(directory)))
    ? problem(
        'root key',
        `${directory} has ${database === undefined ? 'data, but ' : ''}neither root.key nor seal.json`,
        'put back the copy that you kept; nothing else opens the data',
      )
    : ok('root key', 'made at the first start');

const place = ({ method }: SealStatus, { database, seal }: Config): Finding => {
  if (method !== 'plain') return ok('root key', `sealed: ${method}`);
  if (database !== undefined) return ok('root key', 'in root.key of the key directory');
  return warning(
    'root key',
    'root.key lies beside the data: whoever copies the directory reads everything',
    `keep a copy of root.key elsewhere${seal.method === undefined ? '; in production seal it: "bulwark rewrap --seal passphrase" (or shares, key-file, pkcs11, kms)' : ''}`,
  );
};

/** Tries what opens by itself; but not a token, which counts wrong PINs. */
const opening = async (
  directory: string,
  { method, asks }: SealStatus,
  { seal: { settings } }: Config,
  state: StoredState | undefined,
): Promise<Finding[]> => {
  if (existsSync(join(directory, 'next-root')))
    return [warning('root key', 'a change of the root key was interrupted', 'the next "bulwark start" ends it')];
  if (asks || method === 'pkcs11') return [];
  try {
    const rootKey = await readRootKey(directory, settings);
    if (!state) return [];
    unlockBarrier(state, rootKey);
    return [ok('root key', 'opens the data')];
  } catch (error) {
    const [, fix] = fixes.find(([kind]) => error instanceof kind) ?? [];
    if (fix === undefined) throw error;
    return [problem('root key', (error as Error).message, fix)];
  }
};

/** By what the attempt threw; the first that fits. */
const fixes = [
  [WrongRootKey, 'put back the root.key or seal.json that was made with this data; nothing else opens it'],
  [
    SealError,
    'give this command the settings and variables of the server; then mend it, or put back the copy that you kept',
  ],
  [IntegrityError, 'restore a backup: somebody altered the data'],
  [CannotOpenStore, 'restore a backup'],
] as const;
