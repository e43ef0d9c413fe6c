import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** How the end of a write-ahead log is torn: cut off, a sector never written, a sector of something else. */
export const tears = ['cut', 'zeroed', 'garbled'] as const;

const headerBytes = 32;
const frameHeaderBytes = 24;
const saltAt = 16;
const saltBytes = 8;
const sectorBytes = 512;

/** Where a write-ahead log ends; each checkpoint that it outlives begins a new generation. */
export interface WalEnd {
  readonly end: number;
  readonly generation: string;
}

/** Where the frames of SQLite's write-ahead log end that belong to its header. @see SQLite: "WAL-mode file format" */
export const walEnd = (path: string): WalEnd => {
  const wal = readFileSync(path);
  if (wal.length < headerBytes) return { end: wal.length, generation: '' };
  const frameBytes = frameHeaderBytes + wal.readUInt32BE(8);
  const salt = wal.subarray(saltAt, saltAt + saltBytes);
  let end = headerBytes;
  while (end + frameBytes <= wal.length && wal.subarray(end + 8, end + 8 + saltBytes).equals(salt)) end += frameBytes;
  return { end, generation: salt.toString('hex') };
};

/**
 * Where stands what was written since a write-ahead log ended there: behind it, or, where a checkpoint has brought everything
 * until then into the database, from the first frame on.
 */
export const sinceEnd = (path: string, { end, generation }: WalEnd): number =>
  walEnd(path).generation === generation ? end : headerBytes;

/** Tears what was written last, as a disk does that loses power. @param from nothing before this byte is touched */
export const tearWal = (path: string, from: number, tear: (typeof tears)[number]): void => {
  const { end } = walEnd(path);
  const at = from + Math.floor(Math.random() * (end - from));
  const file = openSync(path, 'r+');
  try {
    if (tear === 'cut') ftruncateSync(file, at);
    else {
      const bytes = Math.min(sectorBytes, end - at);
      writeSync(file, tear === 'zeroed' ? Buffer.alloc(bytes) : randomBytes(bytes), 0, bytes, at);
    }
  } finally {
    closeSync(file);
  }
};
