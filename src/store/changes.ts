import { AeadKey } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import type { LogKey } from './log-chain.ts';

/** Changes further behind the newest than this are not kept; docs/formats/changes.md */
export const changesKept = 8192;
/** How many changes come between two deletions of those. */
export const trimEvery = 256;

/** One changed record, by the names that caches go by. */
export interface ChangedRecord {
  readonly collection: string;
  readonly name: string;
  /** Names of the groups that the record left, and entered. */
  readonly left: readonly string[];
  readonly entered: readonly string[];
}

/** Seals what a transaction changed for the other processes that share the store. docs/formats/changes.md */
export class Notices {
  readonly #aead: AeadKey;
  readonly #aad: Buffer;

  constructor({ key, storeId }: LogKey) {
    this.#aead = AeadKey.from(key, 'bulwark/changes');
    this.#aad = Buffer.concat([Buffer.from('changes\0'), storeId]);
  }

  seal(changed: readonly ChangedRecord[]): Buffer {
    const text = JSON.stringify(
      changed.map(({ collection, name, left, entered }) => [collection, name, left, entered]),
    );
    return this.#aead.seal(Buffer.from(text), this.#aad);
  }

  /** What several notices tell; undefined where one of them was altered, so that anything may have changed. */
  openAll(notices: readonly Buffer[]): ForeignChanges | undefined {
    try {
      return new ForeignChanges(notices.flatMap((notice) => this.#open(notice)));
    } catch (error) {
      if (error instanceof AeadError) return undefined;
      throw error;
    }
  }

  #open(sealed: Buffer): ChangedRecord[] {
    const text = this.#aead.open(sealed, this.#aad).toString('utf8');
    const rows = JSON.parse(text) as [string, string, string[], string[]][];
    return rows.map(([collection, name, left, entered]) => ({ collection, name, left, entered }));
  }
}

/** What other processes changed, to be asked whether somebody has seen what it was before. */
export class ForeignChanges {
  readonly all: readonly ChangedRecord[];
  readonly #records = new Set<string>();
  readonly #groups = new Set<string>();

  constructor(all: readonly ChangedRecord[]) {
    this.all = all;
    for (const { collection, name, left, entered } of all) {
      this.#records.add(`${collection}\0${name}`);
      for (const group of [...left, ...entered]) this.#groups.add(`${collection}\0${group}`);
    }
  }

  hasRecord(collection: string, name: string): boolean {
    return this.#records.has(`${collection}\0${name}`);
  }

  /** Whether a group has other members than before. */
  hasGroup(collection: string, group: string): boolean {
    return this.#groups.has(`${collection}\0${group}`);
  }
}

/** Notices of one batch as one value of bytes; the inverse of {@link splitNotices}. */
export const joinNotices = (notices: readonly Buffer[]): Buffer =>
  Buffer.concat(
    notices.flatMap((notice) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(notice.length);
      return [length, notice];
    }),
  );

/** Bytes that were altered give notices that do not open. */
export const splitNotices = (joined: Buffer): Buffer[] => {
  const notices: Buffer[] = [];
  for (let at = 0; at < joined.length; ) {
    const length = at + 4 <= joined.length ? joined.readUInt32BE(at) : 0;
    notices.push(joined.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return notices;
};
