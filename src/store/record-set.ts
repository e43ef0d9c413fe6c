import { createCipheriv, type KeyObject } from 'node:crypto';
import { deriveSecretKey, formatKdfInput } from '../crypto/kdf.ts';
import type { Write } from './engine.ts';

const blockBytes = 16;

/** The digest of no record at all, 32 hex digits. */
export const emptySet = '0'.repeat(2 * blockBytes);

/**
 * A keyed digest of which records and index entries there are, at which revisions: a row that is removed, or put back to an
 * older version of itself, changes it. It follows each write for one AES block or two. docs/formats/record.md
 */
export class RecordSet {
  readonly #records: Cipher;
  readonly #entries: Cipher;

  /** @param logKey the store's log key; the keys used are derived from it */
  constructor(logKey: KeyObject) {
    this.#records = cipherOf(logKey, 'record');
    this.#entries = cipherOf(logKey, 'entry');
  }

  /** The digest after writes that replace what they expect. */
  after(digest: string, writes: readonly Write[]): string {
    if (writes.length === 0) return digest;
    const records: StoredRevision[] = [];
    const entries: StoredEntry[] = [];
    for (const { id, expected, revision, sealed, removedEntries, addedEntries } of writes) {
      if (expected !== 0) records.push({ id, revision: expected });
      if (sealed) records.push({ id, revision });
      for (const entry of removedEntries) entries.push({ entry, id });
      for (const entry of addedEntries) entries.push({ entry, id });
    }
    // What is added twice is gone again: removing and adding are the same.
    return this.including(digest, records, entries);
  }

  /** Adds rows to a digest. All rows that are stored give the digest of the head, from {@link emptySet}. */
  including(digest: string, records: readonly StoredRevision[], entries: readonly StoredEntry[]): string {
    const sum = Buffer.from(digest, 'hex');
    if (records.length > 0) addBlocks(sum, this.#records.update(recordBlocks(records)));
    if (entries.length > 0) {
      const middle = this.#entries.update(blocksOf(entries.map(({ entry }) => entry)));
      addInto(middle, blocksOf(entries.map(({ id }) => id)));
      addBlocks(sum, this.#entries.update(middle));
    }
    return sum.toString('hex');
  }
}

interface StoredRevision {
  readonly id: Uint8Array;
  readonly revision: number;
}

interface StoredEntry {
  readonly entry: Uint8Array;
  readonly id: Uint8Array;
}

type Cipher = ReturnType<typeof createCipheriv>;

const cipherOf = (logKey: KeyObject, kind: 'record' | 'entry'): Cipher => {
  const key = deriveSecretKey(logKey, formatKdfInput('bulwark/record-set', Buffer.from(kind), 32));
  return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
};

/** `id XOR revision`, the revision in the last 8 bytes. */
const recordBlocks = (records: readonly StoredRevision[]): Buffer => {
  const blocks = blocksOf(records.map(({ id }) => id));
  records.forEach(({ revision }, position) => {
    const at = position * blockBytes + blockBytes;
    blocks.writeUInt32BE((blocks.readUInt32BE(at - 4) ^ (revision >>> 0)) >>> 0, at - 4);
    blocks.writeUInt32BE((blocks.readUInt32BE(at - 8) ^ Math.floor(revision / 2 ** 32)) >>> 0, at - 8);
  });
  return blocks;
};

const blocksOf = (parts: readonly Uint8Array[]): Buffer => {
  const blocks = Buffer.allocUnsafe(parts.length * blockBytes);
  for (let position = 0; position < parts.length; position++) blocks.set(parts[position]!, position * blockBytes);
  return blocks;
};

const addInto = (target: Buffer, other: Buffer): void => {
  for (let at = 0; at < target.length; at++) target[at]! ^= other[at]!;
};

const addBlocks = (sum: Buffer, blocks: Buffer): void => {
  for (let at = 0; at < blocks.length; at++) sum[at % blockBytes]! ^= blocks[at]!;
};
