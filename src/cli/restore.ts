import type { KeyObject } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import { verifyJournal } from '../journal/verify.ts';
import { syncDirectory } from '../seal/durable-file.ts';
import { type BackupManifest, openBackup } from '../store/backup.ts';
import { databasePath } from '../store/engines/sqlite-schema.ts';
import { IntegrityError } from '../store/keyring.ts';
import { verifyRecords } from '../store/verify-records.ts';
import { unsealHere } from './unseal-here.ts';

/** `bulwark restore`: a new data directory from a backup, which is verified whole before it gets its name. */
export const restoreCommand = async (
  config: Config,
  flags: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const { from, 'root-key': rootKeyFile } = flags;
  if (from === undefined) throw new ConfigError('--from names the backup to read');
  const verifyOnly = flags.verify === 'true';
  const data = resolve(config.data);
  if (!verifyOnly) requireEmpty(data);
  const backup = openBackup(from);
  mkdirSync(dirname(data), { recursive: true });
  const beside = mkdtempSync(join(dirname(data), `${basename(data)}.restoring-`));
  try {
    placeRootKey(beside, backup.header.seal, rootKeyFile);
    const rootKey = await unsealHere({ ...config, data: beside });
    const manifest = backup.openManifest(rootKey);
    backup.extract(manifest, databasePath(beside));
    verifyAll(beside, rootKey, manifest);
    if (!verifyOnly) {
      if (existsSync(data)) rmdirSync(data);
      renameSync(beside, data);
      syncDirectory(dirname(data));
    }
    process.stdout.write(
      `${from}: ${manifest.records} records and ${manifest.head.sequence} journal records, made ${backup.header.created}, all verified${verifyOnly ? '' : `; restored to ${config.data}`}.\nhead ${manifest.head.sequence} ${manifest.head.hash}\n`,
    );
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
};

const requireEmpty = (data: string): void => {
  if (existsSync(data) && readdirSync(data).length > 0)
    throw new ConfigError(`${data} is not empty; restore makes a new data directory`);
};

const placeRootKey = (directory: string, seal: string | undefined, rootKeyFile: string | undefined): void => {
  if (seal !== undefined) writeFileSync(join(directory, 'seal.json'), seal, { mode: 0o600 });
  else if (rootKeyFile !== undefined) copyFileSync(rootKeyFile, join(directory, 'root.key'));
  else
    throw new ConfigError('the root key of this backup lay beside the data: name a copy of root.key with --root-key');
};

const verifyAll = (directory: string, rootKey: KeyObject, manifest: BackupManifest): void => {
  const { fault, head } = verifyJournal(directory, { rootKey });
  if (fault) throw new IntegrityError(`the journal in the backup is broken at record ${fault.sequence}: ${fault.what}`);
  if (head?.sequence !== manifest.head.sequence || head.hash !== manifest.head.hash)
    throw new IntegrityError('the journal in the backup does not end where its manifest says');
  const verdict = verifyRecords(directory, rootKey);
  if (verdict.fault !== undefined)
    throw new IntegrityError(`the records in the backup are not intact: ${verdict.fault}`);
  if (verdict.records !== manifest.records)
    throw new IntegrityError('the backup does not hold as many records as its manifest says');
};
