import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import { writeDurably } from './durable-file.ts';
import type { SealMethod, SealSettings } from './method.ts';
import { isPresent, readPrivately } from './private-file.ts';
import { SealError } from './seal-error.ts';

const keyBytes = 32;
const comment = (what: string) =>
  `# Bulwark ${what} key. Together with the data directory it opens everything: keep a copy elsewhere, and show it to nobody.\n`;

/** The seal key lies in a file: on another volume, a memory stick, a secret that an orchestrator mounts. */
export const keyFile: SealMethod = {
  create: async (_id, settings) => {
    const path = pathOf(settings);
    if (isPresent(path)) {
      return {
        key: readKeyFile(path),
        parameters: {},
        keep: [`${path} was there already and is used. Keep a copy of it elsewhere.`],
      };
    }
    return {
      key: createKeyFile(path, 'seal'),
      parameters: {},
      keep: [`${path} holds the seal key. Keep a copy of it elsewhere, apart from the data.`],
    };
  },
  recover: async (_seal, settings) => readKeyFile(pathOf(settings)),
};

const pathOf = ({ keyFile: path }: SealSettings): string => {
  if (path === undefined) throw new SealError('the seal key lies in a file: name it with --seal-key-file');
  return path;
};

/**
 * Reads 256 bits from a file of one comment line and base64.
 *
 * @throws {SealError} absent, malformed, or open to other users
 */
export const readKeyFile = (path: string): KeyObject => {
  if (!isPresent(path))
    throw new SealError(
      `${path} is missing: without it nothing can be opened. Put it back; beside a database, copy --key-directory from the first host.`,
    );
  const { mode } = requireFile(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new SealError(`${path} can be read by other users: run chmod 600 on it.`);
  }
  const key = parseKey(
    readPrivately(path)
      .replace(/^#.*\n/, '')
      .trim(),
  );
  if (!key) throw new SealError(`${path} is malformed: one comment line and 32 bytes in base64 belong there.`);
  return key;
};

const requireFile = (path: string): Stats => {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats;
  throw new SealError(`${path} is a directory: name the file that holds the key, or is to hold it.`);
};

/** Makes a key and a file that only its owner can read; the file is durable when this returns. */
export const createKeyFile = (path: string, what: 'root' | 'seal'): KeyObject => {
  const secret = randomBytes(keyBytes);
  const key = takeSecretKey(secret);
  writeKeyFile(path, key, what);
  return key;
};

/** Writes a key into a file that only its owner can read, where there is none. */
export const writeKeyFile = (path: string, key: KeyObject, what: 'root' | 'seal'): void => {
  const secret = key.export();
  writeDurably(dirname(path), path, `${comment(what)}${secret.toString('base64')}\n`, 'create');
  secret.fill(0);
};

/** @returns undefined where the text is not 32 bytes in base64 */
export const parseKey = (encoded: string): KeyObject | undefined => {
  const secret = Buffer.from(encoded, 'base64');
  try {
    return secret.length === keyBytes && secret.toString('base64') === encoded ? createSecretKey(secret) : undefined;
  } finally {
    secret.fill(0);
  }
};
