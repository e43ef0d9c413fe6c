import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AeadError, AeadKey } from '../crypto/derived-key-aead.ts';
import { deriveCounterMode, formatFixedInput } from '../crypto/kdf.ts';
import { randomBytes } from '../crypto/random.ts';
import { syncDirectory } from '../seal/durable-file.ts';
import { IntegrityError } from './keyring.ts';
import { LogChain } from './log-chain.ts';
import { CannotOpenStore } from './store.ts';
import { openStored } from './stored-log.ts';

/** What stands in a backup for everybody to read. docs/formats/backup.md */
export interface BackupHeader {
  /** 32 hex digits. */
  readonly storeId: string;
  readonly created: string;
  /** Text of `seal.json`; absent where the root key lay beside the data. */
  readonly seal?: string;
}

/** What a backup proves of itself to whoever has the root key. */
export interface BackupManifest {
  readonly storeFormat: number;
  /** The end of the journal. */
  readonly head: { readonly sequence: number; readonly hash: string };
  readonly records: number;
  readonly databaseBytes: number;
  readonly databaseHash: string;
}

const magic = Buffer.from('bulwark-backup\0\x01', 'latin1');
const maxHeaderBytes = 1_048_576;
const chunkBytes = 1_048_576;

/**
 * Writes a backup of a data directory as of this moment, whole or not at all; a server may run on it.
 *
 * @param seal text of the directory's `seal.json`
 * @throws {CannotOpenStore} no store there, or another root key
 */
export const writeBackup = (
  directory: string,
  to: string,
  rootKey: KeyObject,
  seal: string | undefined,
): BackupManifest => {
  const beside = `${to}.${randomBytes(4).toString('hex')}`;
  const { database, state } = openStored(directory, rootKey);
  const storeId = Buffer.from(state.meta.get('store-id')!);
  try {
    // Out of the transaction of openStored: VACUUM INTO makes its own snapshot.
    database.exec('ROLLBACK');
    database.prepare('VACUUM INTO ?').run(`${beside}.db`);
    const manifest = describe(`${beside}.db`, rootKey);
    const header: BackupHeader = {
      storeId: storeId.toString('hex'),
      created: new Date().toISOString(),
      ...(seal !== undefined && { seal }),
    };
    assemble(beside, `${beside}.db`, rootKey, header, manifest);
    renameSync(beside, to);
    syncDirectory(dirname(to));
    return manifest;
  } finally {
    database.close();
    for (const path of [beside, `${beside}.db`]) rmSync(path, { force: true });
  }
};

const describe = (path: string, rootKey: KeyObject): BackupManifest => {
  const { database, state, barrier } = openStored(dirname(path), rootKey, path);
  try {
    const { sequence, hash } = new LogChain(barrier.logKey).openHead(state.meta.get('log-head')!);
    const { records } = database.prepare('SELECT count(*) AS records FROM records').get() as { records: number };
    const storeFormat = Number(Buffer.from(state.meta.get('format')!).toString());
    return {
      storeFormat,
      head: { sequence, hash },
      records,
      databaseBytes: statSync(path).size,
      databaseHash: hashOf(path),
    };
  } finally {
    database.close();
  }
};

const assemble = (
  path: string,
  databaseFile: string,
  rootKey: KeyObject,
  header: BackupHeader,
  manifest: BackupManifest,
): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    const start = startOf(header);
    const sealed = manifestKey(rootKey, header.storeId).seal(Buffer.from(JSON.stringify(manifest)), start);
    writeSync(file, Buffer.concat([start, lengthOf(sealed), sealed]));
    for (const chunk of chunksOf(databaseFile, 0)) writeSync(file, chunk);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** A backup that was opened for reading; nothing of it is proved yet. */
export interface Backup {
  readonly header: BackupHeader;
  /**
   * @throws {CannotOpenStore} another root key, or an altered header or manifest
   */
  openManifest(rootKey: KeyObject): BackupManifest;
  /**
   * Copies the database out.
   *
   * @throws {IntegrityError} it is not the one that the manifest names
   */
  extract(manifest: BackupManifest, to: string): void;
}

/** @throws {CannotOpenStore} not a backup, or one of a newer format */
export const openBackup = (path: string): Backup => {
  const file = openSync(path, 'r');
  try {
    const lead = readAt(file, 0, magic.length + 4);
    if (!lead.subarray(0, magic.length - 1).equals(magic.subarray(0, -1)))
      throw new CannotOpenStore(`${path} is not a backup of Bulwark`);
    if (lead[magic.length - 1]! > magic.at(-1)!)
      throw new CannotOpenStore(`${path} was written by a newer Bulwark. Use the newer version.`);
    const headerBytes = boundedLength(lead, magic.length, path);
    const start = readAt(file, 0, lead.length + headerBytes);
    const sealedBytes = boundedLength(readAt(file, start.length, 4), 0, path);
    const sealed = readAt(file, start.length + 4, sealedBytes);
    const header = parsedHeader(start.subarray(lead.length), path);
    return {
      header,
      openManifest: (rootKey) => openedManifest(rootKey, header, sealed, start, path),
      extract: (manifest, to) => extracted(path, start.length + 4 + sealedBytes, manifest, to),
    };
  } finally {
    closeSync(file);
  }
};

const openedManifest = (
  rootKey: KeyObject,
  { storeId }: BackupHeader,
  sealed: Buffer,
  aad: Buffer,
  path: string,
): BackupManifest => {
  try {
    return JSON.parse(manifestKey(rootKey, storeId).open(sealed, aad).toString('utf8')) as BackupManifest;
  } catch (cause) {
    if (cause instanceof AeadError)
      throw new CannotOpenStore(
        `${path} does not open: the root key is that of another data directory, or the backup was altered`,
        { cause },
      );
    throw cause;
  }
};

const extracted = (path: string, from: number, { databaseBytes, databaseHash }: BackupManifest, to: string): void => {
  const file = openSync(to, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for (const chunk of chunksOf(path, from)) {
      hash.update(chunk);
      bytes += writeSync(file, chunk);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (bytes !== databaseBytes || hash.digest('hex') !== databaseHash) {
    throw new IntegrityError(`${path} is damaged or was altered: its database is not the one that its manifest names`);
  }
  enableWal(to);
};

/** As the server opens it; the copy of a database forgets its journal mode. */
const enableWal = (path: string): void => {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
};

const manifestKey = (rootKey: KeyObject, storeId: string): AeadKey => {
  const derived = deriveCounterMode(rootKey, formatFixedInput('bulwark/backup', Buffer.from(storeId, 'hex'), 32), 32);
  const key = AeadKey.from(createSecretKey(derived), 'bulwark/backup-manifest');
  derived.fill(0);
  return key;
};

const startOf = (header: BackupHeader): Buffer => {
  const text = Buffer.from(JSON.stringify(header));
  return Buffer.concat([magic, lengthOf(text), text]);
};

const parsedHeader = (text: Buffer, path: string): BackupHeader => {
  try {
    const header = JSON.parse(text.toString('utf8')) as BackupHeader;
    if (/^[0-9a-f]{32}$/.test(header.storeId)) return header;
  } catch (cause) {
    throw new CannotOpenStore(`${path} is damaged: its header cannot be read`, { cause });
  }
  throw new CannotOpenStore(`${path} is damaged: its header names no store`);
};

const lengthOf = (part: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
};

const boundedLength = (bytes: Buffer, at: number, path: string): number => {
  const length = bytes.length >= at + 4 ? bytes.readUInt32BE(at) : maxHeaderBytes + 1;
  if (length > maxHeaderBytes) throw new CannotOpenStore(`${path} is damaged: it ends in its header`);
  return length;
};

const readAt = (file: number, position: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(file, buffer, 0, bytes, position));
};

function* chunksOf(path: string, from: number): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    for (let position = from; ; ) {
      const chunk = readAt(file, position, chunkBytes);
      if (chunk.length === 0) return;
      yield chunk;
      position += chunk.length;
    }
  } finally {
    closeSync(file);
  }
}

const hashOf = (path: string): string => {
  const hash = createHash('sha256');
  for (const chunk of chunksOf(path, 0)) hash.update(chunk);
  return hash.digest('hex');
};
