import { fchownSync, statSync } from 'node:fs';

/**
 * Root that works in another user's directory works for that user: what it makes there is his, so that the server, which runs
 * as he, can read it.
 *
 * @param file open, and made there by this process: by its name, that user could have it lead to a file of root's
 * @throws {Error} of the operating system: this root may not give files away
 */
export const giveToOwnerOf = (directory: string, file: number): void => {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  if (uid !== 0) fchownSync(file, uid, gid);
};
