import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isForbidden, isSystemError } from '../process/system-error.ts';
import { syncDirectory } from '../seal/durable-file.ts';
import { makePrivateDirectory } from '../seal/private-directory.ts';
import { ConfigError } from '../setting-values.ts';
import { databasePath } from '../store/engines/sqlite-schema.ts';
import { holdDirectory } from '../store/open.ts';

/** Where a data directory is made before it has its name. docs/formats/backup.md */
export interface RestoreTarget {
  /** A directory of its own, for the database and what keeps the root key. */
  readonly workplace: string;
  /** Gives what was made its place. @param keyOnly the rest went into a database */
  keep(keyOnly: boolean): void;
  /** Removes what has no place. */
  close(): void;
}

/**
 * Begins a data directory: in it where it is there and empty, as a mount point is, which cannot be replaced; else beside it.
 *
 * @throws {ConfigError} it is not empty, or cannot be written
 * @throws {CannotOpenStore} a server or another restore is using it
 */
export const beginDataDirectory = (data: string): RestoreTarget => (existsSync(data) ? inside(data) : beside(data));

/** Begins a directory that nothing of is to be kept. @throws {ConfigError} there is no place for it */
export const beginScratch = (data: string): RestoreTarget => {
  const workplace = firstMade(data, [besideOf(data), insideOf(data), join(tmpdir(), 'bulwark.restoring-')]);
  return { workplace, keep: () => {}, close: () => remove(workplace) };
};

const workplaceName = '.restoring-';
const insideOf = (data: string): string => join(data, workplaceName);
const besideOf = (data: string): string => join(dirname(data), `${basename(data)}${workplaceName}`);

const keyFiles = ['seal.json', 'root.key'];
const databaseFiles = ['', '-wal', '-shm'].map((suffix) => basename(databasePath('')) + suffix);
/** What an empty directory may have: locks that nobody holds, and what a file system puts into its own root. */
const meaningless = /^(?:lock(?:-workers|-seal)?(?:-journal)?|lost\+found)$/;

const beside = (data: string): RestoreTarget => {
  const workplace = unlessRefused(data, () => {
    makePrivateDirectory(dirname(data));
    return mkdtempSync(besideOf(data));
  });
  return {
    workplace,
    keep: (keyOnly) => {
      if (keyOnly) for (const name of databaseFiles) rmSync(join(workplace, name), { force: true });
      renameSync(workplace, data);
      syncDirectory(dirname(data));
    },
    close: () => remove(workplace),
  };
};

const inside = (data: string): RestoreTarget => {
  // Before the lock leaves a file in a directory of something else, and again when nobody else changes it.
  leftByRestore(data);
  const letGo = unlessRefused(data, () => holdDirectory(data));
  try {
    const left = leftByRestore(data);
    for (const name of left) remove(join(data, name));
    const workplace = unlessRefused(data, () => mkdtempSync(insideOf(data)));
    return {
      workplace,
      keep: (keyOnly) => {
        requireNothingElse(data, workplace);
        // INVARIANT: the key comes last: a start refuses a database without one, and a restore may begin anew.
        for (const name of [...(keyOnly ? [] : [basename(databasePath(''))]), ...keyFiles]) {
          if (!existsSync(join(workplace, name))) continue;
          renameSync(join(workplace, name), join(data, name));
          syncDirectory(data);
        }
      },
      close: () => {
        remove(workplace);
        letGo();
      },
    };
  } catch (error) {
    letGo();
    throw error;
  }
};

/** What an interrupted restore has left in a directory that is empty otherwise. @throws {ConfigError} it is not */
const leftByRestore = (data: string): readonly string[] => {
  const names = unlessRefused(data, () => readdirSync(data)).filter((name) => !meaningless.test(name));
  const workplaces = names.filter((name) => name.startsWith(workplaceName));
  const others = names.filter((name) => !workplaces.includes(name));
  const moved =
    others.every((name) => databaseFiles.includes(name)) &&
    workplaces.some((name) => lostItsDatabase(join(data, name)));
  if (others.length === 0 || moved) return names;
  throw new ConfigError(`${data} is not empty; restore makes a new data directory`);
};

/** A start makes a seal before it asks for the directory. @throws {ConfigError} one did, or something else */
const requireNothingElse = (data: string, workplace: string): void => {
  const others = readdirSync(data).filter((name) => !meaningless.test(name) && name !== basename(workplace));
  if (others.length > 0)
    throw new ConfigError(`${data} was used meanwhile, and has ${others.join(', ')}: nothing was kept`);
};

/** Whether the database has its place already and the key has not. */
const lostItsDatabase = (workplace: string): boolean =>
  !existsSync(databasePath(workplace)) && keyFiles.some((name) => existsSync(join(workplace, name)));

const firstMade = (data: string, prefixes: readonly string[]): string => {
  for (const prefix of prefixes.slice(0, -1)) {
    try {
      return mkdtempSync(prefix);
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }
  return unlessRefused(data, () => mkdtempSync(prefixes.at(-1)!));
};

const unlessRefused = <T>(data: string, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    throw new ConfigError(
      `data: ${data} cannot be made or written by this user; make it as an empty directory of this user's, or name another with --data`,
      { cause },
    );
  }
};

const isRefused = (error: unknown): boolean =>
  isForbidden(error) || (isSystemError(error) && ['ENOENT', 'ENOTDIR'].includes(error.code));

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });
