import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from '../crypto/random.ts';
import { giveToOwnerOf } from './owner.ts';

/** Whether a file that is there already is replaced, or its presence an error (EEXIST). */
export type Overwriting = 'replace' | 'create';

/** Writes a file that only the owner of its directory can read, whole or not at all: beside, synced, put in place, and the directory synced. */
export const writeDurably = (directory: string, path: string, text: string, overwriting: Overwriting): void => {
  const beside = `${path}.${randomBytes(4).toString('hex')}`;
  const file = openSync(beside, 'wx', 0o600);
  try {
    try {
      giveToOwnerOf(directory, file);
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (overwriting === 'replace') renameSync(beside, path);
    else linkSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
  syncDirectory(directory);
};

/** A changed name in a directory is durable only after this. */
export const syncDirectory = (directory: string): void => {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
