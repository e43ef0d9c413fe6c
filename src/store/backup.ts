import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BackupHeader, type BackupManifest, type BackupStart, formatStart } from './backup-format.ts';
import type { BackupPlace } from './backup-place.ts';
import type { Barrier } from './barrier.ts';
import type { Snapshot } from './engine.ts';
import { copyToSqlite } from './engines/sqlite-copy.ts';
import { databasePath } from './engines/sqlite-schema.ts';
import { IntegrityError } from './keyring.ts';
import { formatOf, headOf, openStored } from './stored.ts';

/**
 * Writes a backup of a store as of this moment, whole or not at all; servers may run on it.
 *
 * @param source a data directory, or the URL of a database
 * @param seal text of `seal.json`
 * @throws {CannotOpenStore} no store there, or another root key
 */
export const writeBackup = async (
  source: string,
  to: BackupPlace,
  rootKey: KeyObject,
  seal: string | undefined,
): Promise<BackupManifest> => {
  const { snapshot, barrier } = await openStored(source, rootKey);
  try {
    const scratch = await mkdtemp(join(to.scratch, '.bulwark-backup-'));
    try {
      const copy = databasePath(scratch);
      await copyToSqlite(snapshot, copy);
      const manifest = await describe(snapshot, barrier, copy);
      const header: BackupHeader = {
        storeId: Buffer.from(snapshot.state.meta.get('store-id')!).toString('hex'),
        created: new Date().toISOString(),
        ...(seal !== undefined && { seal }),
      };
      await to.publish(copy, (blob) =>
        blob
          ? formatStart({ ...header, blob: blob.id }, { ...manifest, blob }, rootKey)
          : formatStart(header, manifest, rootKey),
      );
      return manifest;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  } finally {
    await snapshot.close();
  }
};

const describe = async (snapshot: Snapshot, barrier: Barrier, copy: string): Promise<BackupManifest> => {
  const { sequence, hash } = headOf({ snapshot, barrier });
  const digest = createHash('sha256');
  for await (const piece of createReadStream(copy)) digest.update(piece);
  return {
    storeFormat: formatOf(snapshot),
    head: { sequence, hash },
    records: countRecords(copy),
    databaseBytes: (await stat(copy)).size,
    databaseHash: digest.digest('hex'),
  };
};

const countRecords = (path: string): number => {
  const database = new DatabaseSync(path, { readOnly: true });
  const { records } = database.prepare('SELECT count(*) AS records FROM records').get() as { records: number };
  database.close();
  return records;
};

/**
 * Copies the database of a backup out, as a server opens it.
 *
 * @param to a file that does not exist
 * @throws {IntegrityError} it is not the one that the manifest names
 */
export const extractBackup = async (
  from: BackupPlace,
  start: BackupStart,
  manifest: BackupManifest,
  to: string,
): Promise<void> => {
  const digest = createHash('sha256');
  let bytes = 0;
  const file = await open(to, 'wx', 0o600);
  try {
    for await (const piece of from.database(start, manifest)) {
      digest.update(piece);
      bytes += piece.length;
      await file.writeFile(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (bytes !== manifest.databaseBytes || digest.digest('hex') !== manifest.databaseHash) {
    throw new IntegrityError(
      `${from.name} is damaged or was altered: its database is not the one that its manifest names`,
    );
  }
  const database = new DatabaseSync(to);
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
};
