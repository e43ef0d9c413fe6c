import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { type BackupPlace, blobBackup, fileBackup } from '../store/backup-place.ts';
import { DirectoryObjects } from '../store/objects/directory.ts';
import { S3Objects } from '../store/objects/s3.ts';

/**
 * Where a backup lies: `s3://bucket/prefix/name` or `file:///directory/name` in a blob store, anything else in a file.
 *
 * @throws {ConfigError} a URL that names no backup, or credentials are missing
 */
export const backupPlaceOf = (text: string, { blobs }: Config): BackupPlace => {
  if (text.startsWith('file://')) {
    const path = fileURLToPath(text);
    return blobBackup(new DirectoryObjects(dirname(path)), text, nameIn(text, basename(path)));
  }
  const [, bucket, path] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/.exec(text) ?? [];
  if (bucket === undefined || path === undefined) {
    if (/^[a-z0-9]+:\/\//.test(text)) throw new ConfigError(`${text} is neither a file nor s3://bucket/prefix/name`);
    return fileBackup(text);
  }
  const { key, ...reached } = blobs;
  if (!key) throw new ConfigError('s3://… needs BULWARK_BLOB_ACCESS_KEY_ID and BULWARK_BLOB_SECRET_ACCESS_KEY');
  const prefix = join(dirname(path), '/').replace(/^\.?\//, '');
  return blobBackup(new S3Objects({ ...reached, bucket, key }, prefix), text, nameIn(text, basename(path)));
};

/** The file or object of a backup on this machine; undefined: it lies elsewhere. */
export const localPathOf = (text: string): string | undefined => {
  if (text.startsWith('file://')) return fileURLToPath(text);
  return /^[a-z0-9]+:\/\//.test(text) ? undefined : text;
};

const nameIn = (text: string, name: string): string => {
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  throw new ConfigError(`${text}: a backup is called by letters, digits, ".", "_" and "-"`);
};
