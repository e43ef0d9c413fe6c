import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from '../crypto/random.ts';

/**
 * The authorization token that a file holds; where there is no file, a new one that its owner alone may read. SDKs read the
 * same file: `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
 *
 * @throws {Error} the file can be neither read nor made, or is empty
 */
export const authorizationToken = (path: string): string => {
  try {
    writeFileSync(path, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const token = readFileSync(path, 'utf8').trim();
  if (token.length < 16) throw new Error(`${path}: an authorization token has at least 16 characters`);
  return token;
};
