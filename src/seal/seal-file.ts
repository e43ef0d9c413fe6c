import { createHmac, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import { deriveSecretKey, formatKdfInput } from '../crypto/kdf.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import { type Overwriting, writeDurably } from './durable-file.ts';
import type { SealParameters } from './method.ts';
import { isPresent, readPrivately } from './private-file.ts';
import { AlteredSeal, SealError, WrongSecret } from './seal-error.ts';

/** `seal.json`: the root key under a seal key. docs/formats/seal.md */
export interface SealFile {
  readonly format: number;
  readonly id: string;
  readonly method: string;
  readonly parameters: SealParameters;
  readonly created: string;
  readonly check: string;
  readonly sealed: string;
  readonly checksum: string;
}

/** The newest format of `seal.json` that this version reads and writes. */
const sealFormat = 1;

const pathIn = (directory: string): string => join(directory, 'seal.json');

/**
 * The seal of a data directory, if it has one.
 *
 * @throws {AlteredSeal} it is damaged
 * @throws {SealError} it is of a newer format, or another user's
 */
export const findSealFile = (directory: string): SealFile | undefined =>
  isPresent(pathIn(directory)) ? parseSealFile(readPrivately(pathIn(directory))) : undefined;

/** Writes the seal of a data directory, durably, as a whole. */
export const writeSealFile = (directory: string, file: SealFile, overwriting: Overwriting = 'replace'): void =>
  writeDurably(directory, pathIn(directory), `${JSON.stringify(file, undefined, 2)}\n`, overwriting);

/** Seals a root key. */
export const sealRootKey = (
  rootKey: KeyObject,
  sealKey: KeyObject,
  description: Pick<SealFile, 'id' | 'method' | 'parameters'>,
  at: Date,
): SealFile => {
  const { id, method, parameters } = description;
  const bound = { format: sealFormat, id, method, parameters, created: at.toISOString() };
  const secret = rootKey.export();
  const sealed = AeadKey.from(sealKey, 'bulwark/seal').seal(secret, canonical(bound)).toString('base64');
  secret.fill(0);
  const content = { ...bound, check: checkOf(sealKey, id).toString('base64'), sealed };
  return { ...content, checksum: checksumOf(content) };
};

/**
 * Opens a seal.
 *
 * @throws {WrongSecret} the seal key is of another seal
 * @throws {AlteredSeal} the seal key is right and the file is not
 */
export const openSealFile = (file: SealFile, sealKey: KeyObject): KeyObject => {
  const { check, sealed, checksum: _checksum, ...bound } = file;
  const stored = Buffer.from(check, 'base64');
  const expected = checkOf(sealKey, file.id);
  if (stored.length !== expected.length || !timingSafeEqual(stored, expected))
    throw new WrongSecret(wrongSentences[file.method] ?? 'what was given does not open this seal');
  try {
    const secret = AeadKey.from(sealKey, 'bulwark/seal').open(Buffer.from(sealed, 'base64'), canonical(bound));
    return takeSecretKey(secret);
  } catch (cause) {
    if (cause instanceof AeadError)
      throw new AlteredSeal(
        'seal.json was altered: the secret is right, and the file does not open. Put it back from a backup.',
        { cause },
      );
    throw cause;
  }
};

const wrongSentences: Readonly<Record<string, string>> = {
  'key-file': 'the key file is not the one that this data directory was sealed with',
  environment: 'BULWARK_SEAL_KEY is not the one that this data directory was sealed with',
  passphrase: 'wrong passphrase',
  shares: 'these shares do not open the seal',
  pkcs11: 'the token does not hold the key that this data directory was sealed with',
  kms: 'the KMS key does not give the seal key of this data directory',
};

const parseSealFile = (text: string): SealFile => {
  const file = parsed(text);
  if (typeof file.format === 'number' && file.format > sealFormat) {
    throw new SealError(
      `seal.json was written by a newer Bulwark: its format is ${file.format}, this version reads up to ${sealFormat}. Use the newer version.`,
    );
  }
  const { checksum, ...content } = file;
  if (checksum !== checksumOf(content) || !isComplete(file))
    throw new AlteredSeal('seal.json is damaged or was altered: its checksum does not fit. Put it back from a backup.');
  return file;
};

const parsed = (text: string): SealFile => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as SealFile;
  } catch (cause) {
    throw new AlteredSeal('seal.json is damaged: it is not JSON. Put it back from a backup.', { cause });
  }
  throw new AlteredSeal('seal.json is damaged: it is not an object. Put it back from a backup.');
};

const isComplete = ({ id, method, parameters, created, check, sealed }: SealFile): boolean =>
  [method, created, check, sealed].every((member) => typeof member === 'string') &&
  /^[0-9a-f]{16}$/.test(id) &&
  typeof parameters === 'object' &&
  parameters !== null;

const checkOf = (sealKey: KeyObject, id: string): Buffer => {
  const key = deriveSecretKey(sealKey, formatKdfInput('bulwark/seal-check', Buffer.from(id, 'hex'), 32));
  return createHmac('sha256', key).update('bulwark').digest();
};

const checksumOf = (content: object): string => hash('sha256', canonical(content));

/** JSON with members in one order, so that equal files give equal bytes. */
const canonical = (value: object): Buffer => Buffer.from(JSON.stringify(sorted(value)));

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
};
