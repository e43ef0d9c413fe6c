import { fchownSync, statSync } from 'node:fs';

/**
 * Root that works in another user's directory works for that user: what it makes there is his, so that the server, which runs
 * as he, can read it. A root that may give nothing away, as in a container that dropped the capability, keeps it.
 *
 * @param file open, and made there by this process: by its name, that user could have it lead to a file of root's
 */
export const giveToOwnerOf = (directory: string, file: number): void => {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  if (uid === 0) return;
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
};
