import { chownSync, statSync } from 'node:fs';

/**
 * Root that works in another user's directory works for that user: what it makes there is his, so that the server, which runs
 * as he, can read it.
 *
 * @throws {Error} of the operating system: this root may not give files away
 */
export const giveToOwnerOf = (directory: string, path: string): void => {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  if (uid !== 0) chownSync(path, uid, gid);
};
