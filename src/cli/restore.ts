import type { KeyObject } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, placeOfState } from '../config.ts';
import { verifyJournal } from '../journal/verify.ts';
import { readKeyFile } from '../seal/key-file.ts';
import { sealStatus } from '../seal/seal.ts';
import { ConfigError } from '../setting-values.ts';
import { extractBackup } from '../store/backup.ts';
import type { BackupManifest } from '../store/backup-format.ts';
import { databasePath } from '../store/engines/sqlite-schema.ts';
import { IntegrityError } from '../store/keyring.ts';
import { loadDatabase } from '../store/load-database.ts';
import { verifyRecords } from '../store/verify-records.ts';
import { backupPlaceOf } from './backup-place.ts';
import { beginDataDirectory, beginScratch } from './restore-target.ts';
import { unsealHere } from './unseal-here.ts';

/** `bulwark restore`: a new data directory, or a filled database, from a backup, which is verified whole before. */
export const restoreCommand = async (
  config: Config,
  flags: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const { from, 'root-key': rootKeyFile } = flags;
  if (from === undefined) throw new ConfigError('--from names the backup to read');
  if (config.data === ':memory:') throw new ConfigError('data: name a directory, or a database');
  const verifyOnly = flags.verify === 'true';
  const data = resolve(config.data);
  const place = backupPlaceOf(from, config);
  // A database may be made anew for hosts that have its root key already.
  const hasRootKey = config.database !== undefined && sealStatus(data).method !== 'none';
  const start = await place.open();
  const { workplace, keep, close } = verifyOnly || hasRootKey ? beginScratch(data) : beginDataDirectory(data);
  try {
    if (!hasRootKey) placeRootKey(workplace, start.header.seal, rootKeyFile);
    const rootKey = await unsealHere({ ...config, data: hasRootKey ? data : workplace });
    const manifest = start.openManifest(rootKey);
    await extractBackup(place, start, manifest, databasePath(workplace));
    await verifyAll(workplace, rootKey, manifest);
    if (!verifyOnly) {
      // The key first: a restore into a database that is still empty takes one that is there.
      if (config.database !== undefined)
        await loadDatabase(databasePath(workplace), rootKey, config.database, () => keep(true));
      else keep(false);
    }
    process.stdout.write(
      `${from}: ${manifest.records} records and ${manifest.head.sequence} journal records, made ${start.header.created}, all verified${verifyOnly ? '' : `; restored to ${placeOfState(config)}`}.\nhead ${manifest.head.sequence} ${manifest.head.hash}\n`,
    );
  } finally {
    close();
  }
};

const placeRootKey = (directory: string, seal: string | undefined, rootKeyFile: string | undefined): void => {
  if (seal !== undefined) writeFileSync(join(directory, 'seal.json'), seal, { mode: 0o600 });
  else if (rootKeyFile !== undefined) {
    readKeyFile(rootKeyFile);
    copyFileSync(rootKeyFile, join(directory, 'root.key'));
  } else
    throw new ConfigError('the root key of this backup lay beside the data: name a copy of root.key with --root-key');
};

const verifyAll = async (directory: string, rootKey: KeyObject, manifest: BackupManifest): Promise<void> => {
  const { fault, head } = await verifyJournal(directory, { rootKey });
  if (fault) throw new IntegrityError(`the journal in the backup is broken at record ${fault.sequence}: ${fault.what}`);
  if (head?.sequence !== manifest.head.sequence || head.hash !== manifest.head.hash)
    throw new IntegrityError('the journal in the backup does not end where its manifest says');
  const verdict = await verifyRecords(directory, rootKey);
  if (verdict.fault !== undefined)
    throw new IntegrityError(`the records in the backup are not intact: ${verdict.fault}`);
  if (verdict.records !== manifest.records)
    throw new IntegrityError('the backup does not hold as many records as its manifest says');
};
