import type { KeyObject } from 'node:crypto';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import { deriveSecretKey, formatKdfInput } from '../crypto/kdf.ts';
import type { BlobReference } from './blobs.ts';
import { CannotOpenStore } from './store.ts';

/** What stands in a backup for everybody to read. docs/formats/backup.md */
export interface BackupHeader {
  /** 32 hex digits. */
  readonly storeId: string;
  readonly created: string;
  /** Text of `seal.json`; absent where the root key lay beside the data. */
  readonly seal?: string;
  /** Id of the blob that holds the database; absent: it follows. */
  readonly blob?: string;
}

/** What a backup proves of itself to whoever has the root key. */
export interface BackupManifest {
  readonly storeFormat: number;
  /** The end of the journal. */
  readonly head: { readonly sequence: number; readonly hash: string };
  readonly records: number;
  readonly databaseBytes: number;
  readonly databaseHash: string;
  /** What opens the blob that holds the database. */
  readonly blob?: BlobReference;
}

/** The beginning of a backup, as read; nothing of it is proved before `openManifest` returns. */
export interface BackupStart {
  readonly header: BackupHeader;
  /** Where it ends: where the database begins, if it is in the same file. */
  readonly bytes: number;
  /** @throws {CannotOpenStore} another root key, or an altered header or manifest */
  openManifest(rootKey: KeyObject): BackupManifest;
}

const magic = Buffer.from('bulwark-backup\0', 'latin1');
/** By where the database lies: an older reader refuses what it would not find. */
const formats = { inFile: 1, inBlob: 2 } as const;
const leadBytes = magic.length + 1 + 4;
const maxPartBytes = 1_048_576;

/** More than this never comes before the database. */
export const maxStartBytes = leadBytes + maxPartBytes + 4 + maxPartBytes;

/** The beginning of a backup. */
export const formatStart = (header: BackupHeader, manifest: BackupManifest, rootKey: KeyObject): Buffer => {
  const text = Buffer.from(JSON.stringify(header));
  const format = header.blob === undefined ? formats.inFile : formats.inBlob;
  const start = Buffer.concat([magic, Buffer.of(format), lengthOf(text), text]);
  const sealed = manifestKey(rootKey, header.storeId).seal(Buffer.from(JSON.stringify(manifest)), start);
  return Buffer.concat([start, lengthOf(sealed), sealed]);
};

/**
 * @param content the first {@link maxStartBytes} of a backup, or all of it
 * @param name for people
 * @throws {CannotOpenStore} not a backup, or one of a newer format
 */
export const parseStart = (content: Buffer, name: string): BackupStart => {
  if (!content.subarray(0, magic.length).equals(magic)) throw new CannotOpenStore(`${name} is not a backup of Bulwark`);
  const format = content[magic.length] ?? 0;
  if (format > formats.inBlob)
    throw new CannotOpenStore(`${name} was written by a newer Bulwark. Use the newer version.`);
  const startBytes = leadBytes + partBytes(content, leadBytes - 4, name);
  const sealedFrom = startBytes + 4;
  const bytes = sealedFrom + partBytes(content, startBytes, name);
  const header = parseHeader(content.subarray(leadBytes, startBytes), name);
  if ((header.blob !== undefined) !== (format === formats.inBlob))
    throw new CannotOpenStore(`${name} is damaged: its header is of another format`);
  return {
    header,
    bytes,
    openManifest: (rootKey) => {
      try {
        const key = manifestKey(rootKey, header.storeId);
        const opened = key.open(content.subarray(sealedFrom, bytes), content.subarray(0, startBytes));
        return JSON.parse(opened.toString('utf8')) as BackupManifest;
      } catch (cause) {
        if (!(cause instanceof AeadError)) throw cause;
        throw new CannotOpenStore(
          `${name} does not open: the root key is that of another data directory, or the backup was altered`,
          { cause },
        );
      }
    },
  };
};

const parseHeader = (text: Buffer, name: string): BackupHeader => {
  try {
    const header = JSON.parse(text.toString('utf8')) as BackupHeader;
    if (/^[0-9a-f]{32}$/.test(header.storeId)) return header;
  } catch (cause) {
    throw new CannotOpenStore(`${name} is damaged: its header cannot be read`, { cause });
  }
  throw new CannotOpenStore(`${name} is damaged: its header names no store`);
};

const manifestKey = (rootKey: KeyObject, storeId: string): AeadKey => {
  const key = deriveSecretKey(rootKey, formatKdfInput('bulwark/backup', Buffer.from(storeId, 'hex'), 32));
  return AeadKey.from(key, 'bulwark/backup-manifest');
};

const lengthOf = (part: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
};

/** The length that stands at a place. @throws {CannotOpenStore} the part is not all there */
const partBytes = (content: Buffer, at: number, name: string): number => {
  const length = content.length >= at + 4 ? content.readUInt32BE(at) : maxPartBytes + 1;
  if (length > maxPartBytes || content.length < at + 4 + length)
    throw new CannotOpenStore(`${name} is damaged: it ends in its header`);
  return length;
};
