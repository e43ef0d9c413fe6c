import type { KeyringRow } from './keyring.ts';
import type { LogBlock, LogKey } from './log-chain.ts';

/**
 * What a database must do to carry a store: keep sealed rows and commit batches, durably and in order. It sees no name
 * and no plaintext, and it knows nothing of transactions that read: the store above orders them.
 *
 * Reads answer at once from committed state. An engine that has to wait throws NotLoaded and answers the next time.
 */
export interface Engine {
  readRow(id: Buffer): Row | undefined;
  readPartition(partition: Buffer): readonly Row[];
  /** Every row with this secondary index entry. */
  readEntries(entry: Buffer): readonly Row[];
  /**
   * Applies a batch in one durable transaction. Called again only after the last batch ended.
   *
   * A member whose expected revisions do not hold, or that follows one that was refused, is left out; the rest is kept. A
   * batch without members shows whether one with some would be kept: it writes what changes nothing.
   *
   * @throws {StoreUnavailable} nothing of the batch was kept
   */
  commit(batch: Batch): Promise<BatchResult>;
  /** Blocks of the log from the one that holds record `after + 1`, until they hold `limit` records past it. */
  readLog(after: number, limit: number): Promise<readonly LogBlock[]>;
  /**
   * Rows in the order of their ids, for rotation; an engine that has none cannot rotate keys.
   *
   * @param after the id before the first; empty: from the beginning
   */
  scan?(after: Buffer, limit: number): Promise<readonly Row[]>;
  /** Deletes all records and begins a new log. The keyring stays. */
  wipe(): Promise<void>;
  /** Called once, after all batches ended. */
  close(): Promise<void>;
  /** Present where other processes write to the same database. */
  readonly shared?: SharedEngine;
}

/** What an engine that several processes share owes besides. */
export interface SharedEngine {
  /** What others did since the last batch or poll. Never called while a batch is under way. */
  poll(): Promise<{ readonly changes: Changes; readonly logHead: number }>;
  /** Every stored key, oldest first. @throws {StoreUnavailable} */
  readKeyring(): Promise<readonly KeyringRow[]>;
}

/** Sealed notices of what others changed, in order; `unknown`: too many or too old to be kept, anything may have changed. */
export type Changes = readonly Buffer[] | 'unknown';

/** A stored row. Whoever reads it must open it before believing it. */
export interface Row {
  readonly id: Buffer;
  readonly partition: Buffer;
  readonly revision: number;
  readonly sealed: Buffer;
}

/** Transactions that become durable together. */
export interface Batch {
  /** New keys, written whatever becomes of the members. */
  readonly keyring: readonly KeyringRow[];
  readonly members: readonly Member[];
  /**
   * For shared engines: called, once no other process can write any more, with what others changed since the last batch or
   * poll, if they did. May be called again for what they changed before a second attempt.
   *
   * @returns positions of the members to refuse, since they read what is no more
   */
  readonly review?: (changes: Changes) => readonly number[];
}

/** One transaction of a batch. */
export interface Member {
  readonly writes: readonly Write[];
  readonly texts: readonly string[];
  /** Positions of earlier members whose writes it read: refused with them. */
  readonly after: readonly number[];
  /** What it changes, for the other processes; absent where nothing changes or nobody shares. */
  readonly notice?: Buffer;
}

/** One changed record. */
export interface Write {
  readonly id: Buffer;
  readonly partition: Buffer;
  /** The stored revision that it replaces; 0: there is none. */
  readonly expected: number;
  readonly revision: number;
  /** undefined: the record is deleted. */
  readonly sealed: Buffer | undefined;
  readonly removedEntries: readonly Buffer[];
  readonly addedEntries: readonly Buffer[];
}

/** What became of a batch. */
export interface BatchResult {
  /** Positions of the members that were refused. */
  readonly refused: readonly number[];
  /** Number of the last durable log record. */
  readonly logHead: number;
}

/** What a store consists of besides records: read once, before anything can be opened. */
export interface StoredState {
  readonly meta: ReadonlyMap<string, Uint8Array>;
  readonly keyring: readonly KeyringRow[];
}

/** An engine before the barrier is up: `unlock` gives it what it needs to write the log. */
export interface LockedEngine {
  /** undefined: nothing stored yet. */
  readonly state: StoredState | undefined;
  /** Stores the first state, durably. */
  initialize(state: StoredState): Promise<void>;
  unlock(logKey: LogKey): Engine & { readonly logHead: number };
  /** Lets go of everything, where unlocking failed. */
  close(): Promise<void>;
}

/** What hangs on the root key of a store, while no server may run on it. */
export interface StoredRoot {
  /** Keeps others from writing until the end. @throws {CannotOpenStore} no store there, or servers are running on it */
  hold(): Promise<StoredState>;
  /** Puts KEKs that another root key sealed in the place of those there, with what recognizes that root key, durably. */
  replace(keks: readonly KeyringRow[], check: Uint8Array): Promise<void>;
  /** What recognizes the root key. */
  check(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A store as it is stored, read as of one moment, whatever servers write meanwhile: nothing in it is believed yet. */
export interface Snapshot {
  readonly state: StoredState;
  /** Every record once, in pages. */
  records(): AsyncIterable<readonly Row[]>;
  /** Every secondary index entry once, in pages. */
  entries(): AsyncIterable<readonly { readonly entry: Buffer; readonly id: Buffer }[]>;
  /** Every block, in pages, by number of its first record. */
  log(): AsyncIterable<readonly LogBlock[]>;
  /** To be called once; no reading goes on after it. */
  close(): Promise<void>;
}

/** The newest format of stored data that this version reads and writes. */
export const storeFormat = 4;
