import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory that only its owner can enter, and those above it; one that is there already stays as it is.
 *
 * Not by `mkdirSync` with `recursive`: where a directory above is there and takes none (`/proc`), that tries for ever.
 *
 * @throws {Error} of the operating system: a file is in the way, or the place takes no directory
 */
export const makePrivateDirectory = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makePrivateDirectory(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
};
