import { createSecretKey, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from '../crypto/random.ts';
import { CannotOpenStore } from './store.ts';

const keyBytes = 32;
const header =
  '# Bulwark root key. Together with this directory it opens everything: keep a copy elsewhere, and show it to nobody.\n';

/**
 * The root key of a data directory, from its file `root.key`.
 *
 * @param create make the file if it is absent: for a new directory only, since a new key opens nothing that exists
 * @throws {CannotOpenStore} absent, unreadable, malformed, or open to other users
 */
export const readRootKey = (directory: string, create: boolean): KeyObject => {
  const path = join(directory, 'root.key');
  if (!existsSync(path)) {
    if (!create)
      throw new CannotOpenStore(`${path} is missing: without it this data directory cannot be opened. Put it back.`);
    writeRootKey(directory, path);
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new CannotOpenStore(`${path} can be read by other users: run chmod 600 on it.`);
  }
  return parseRootKey(readFileSync(path, 'utf8'), path);
};

const writeRootKey = (directory: string, path: string): void => {
  const secret = randomBytes(keyBytes);
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, `${header}${secret.toString('base64')}\n`);
  secret.fill(0);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
  syncDirectory(directory);
};

/** A new name in a directory is durable only after this. */
const syncDirectory = (directory: string): void => {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
};

const parseRootKey = (text: string, path: string): KeyObject => {
  const encoded = text.replace(/^#.*\n/, '').trim();
  const secret = Buffer.from(encoded, 'base64');
  try {
    if (secret.length !== keyBytes || secret.toString('base64') !== encoded) {
      throw new CannotOpenStore(`${path} is malformed: one comment line and 32 bytes in base64 belong there.`);
    }
    return createSecretKey(secret);
  } finally {
    secret.fill(0);
  }
};
