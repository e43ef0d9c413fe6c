import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { randomBytes } from '../crypto/random.ts';
import { syncDirectory } from '../seal/durable-file.ts';
import { type BackupManifest, type BackupStart, maxStartBytes, parseStart } from './backup-format.ts';
import { type BlobReference, Blobs } from './blobs.ts';
import { NoSuchObject, type Objects, requireName } from './objects/objects.ts';
import { CannotOpenStore } from './store.ts';

/** Where one backup lies, or is to lie. */
export interface BackupPlace {
  /** For people. */
  readonly name: string;
  /** A directory with room for a copy of the database, for as long as a backup is made. */
  readonly scratch: string;
  exists(): Promise<boolean>;
  /**
   * Stores a backup, whole or not at all.
   *
   * @param database the file to be stored
   * @param start what is to stand before it, given the blob that holds the database where that lies apart
   */
  publish(database: string, start: (blob?: BlobReference) => Buffer): Promise<void>;
  /** @throws {CannotOpenStore} none there, or none of ours */
  open(): Promise<BackupStart>;
  /** The database of a backup; nothing is proved of it. */
  database(start: BackupStart, manifest: BackupManifest): AsyncIterable<Uint8Array>;
}

const readOptions = { highWaterMark: 1_048_576 } as const;

/** A backup in a file of its own. */
export const fileBackup = (path: string): BackupPlace => ({
  name: path,
  scratch: dirname(path),
  exists: async () => existsSync(path),
  publish: async (database, start) => {
    const beside = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      const file = await open(beside, 'wx', 0o600);
      try {
        await file.writeFile(start());
        for await (const piece of createReadStream(database, readOptions)) await file.writeFile(piece as Buffer);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
      syncDirectory(dirname(path));
    } finally {
      await rm(beside, { force: true });
    }
  },
  open: async () => {
    const file = await open(path, 'r');
    try {
      return parseStart(await firstOf(file), path);
    } finally {
      await file.close();
    }
  },
  database: ({ bytes }) => createReadStream(path, { ...readOptions, start: bytes }),
});

const firstOf = async (file: FileHandle): Promise<Buffer> => {
  const buffer = Buffer.alloc(maxStartBytes);
  const { bytesRead } = await file.read(buffer, 0, maxStartBytes, 0);
  return buffer.subarray(0, bytesRead);
};

const folder = 'backups/';

/** A backup in a blob store: the database is a blob, and an object of the backup's name leads to it. docs/formats/backup.md */
export const blobBackup = (objects: Objects, title: string, name: string): BackupPlace => {
  const blobs = new Blobs(objects);
  const object = folder + name;
  requireName(object);
  return {
    name: title,
    scratch: tmpdir(),
    exists: async () => (await firstObject(objects, object)) !== undefined,
    publish: async (database, start) => {
      const blob = await blobs.write(createReadStream(database, readOptions));
      const content = start(blob);
      await objects.put(
        object,
        (async function* () {
          yield content;
        })(),
      );
      await blobs.collectOrphans(() => blobsOf(objects));
    },
    open: async () => {
      const content = await firstObject(objects, object);
      if (!content) throw new CannotOpenStore(`there is no backup ${title}`);
      return parseStart(content, title);
    },
    database: (_start, { blob }) => {
      if (!blob) throw new CannotOpenStore(`${title} names no blob`);
      return blobs.read(blob);
    },
  };
};

/** The beginning of an object; undefined: there is none. */
const firstObject = async (objects: Objects, name: string): Promise<Buffer | undefined> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of objects.get(name)) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= maxStartBytes) break;
    }
  } catch (error) {
    if (error instanceof NoSuchObject) return undefined;
    throw error;
  }
  return Buffer.concat(pieces);
};

/** The blobs of all backups. @throws {CannotOpenStore} one cannot be read: then nothing may be collected */
const blobsOf = async (objects: Objects): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const { name } of objects.list(folder)) {
    if (name.endsWith('.partial')) continue;
    const content = await firstObject(objects, name);
    const blob = content && parseStart(content, name).header.blob;
    if (blob !== undefined) ids.add(blob);
  }
  return ids;
};
