import type { Transaction } from './store.ts';

/** How a collection is keyed and found. */
export interface CollectionSpec<T> {
  /** Names of the key's parts, most significant first; all but the last form the partition that `list` walks. */
  readonly key: readonly string[];
  /** Secondary indexes: from a value to the key under which `listBy` finds it; `undefined` leaves it out of the index. */
  readonly indexes?: Readonly<Record<string, (value: T) => readonly string[] | undefined>>;
}

/** A stored key: one string per part of the spec. */
export type Key = readonly string[];

/** Where a page begins and how long it may be. */
export interface PageRequest {
  /** Last part of the key after which the page starts; absent: from the beginning. */
  readonly after?: string;
  readonly limit: number;
}

/** One page of a partition, in code-point order of the key's last part. */
export interface Page<T> {
  readonly items: readonly T[];
  /** `after` of the next page; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * A typed set of sealed records. Values are plain JSON data (no Date, no Buffer), deeply immutable once stored: to change
 * a record, put a new object. The object returned by `find` is the same one until the record changes, so a WeakMap keyed
 * by it memoizes whatever is derived from it.
 */
export interface Collection<T extends object> {
  readonly name: string;
  /** @returns the record, or undefined */
  find(tx: Transaction, key: Key): Readonly<T> | undefined;
  /** Creates or replaces. The commit fails with RevisionConflict if another process changed the record since this transaction saw it. */
  put(tx: Transaction, key: Key, value: T): void;
  /** Deletes; nothing happens when the record is absent. */
  delete(tx: Transaction, key: Key): void;
  /** Pages through a partition (all key parts but the last). */
  list(tx: Transaction, partition: Key, page: PageRequest): Page<Readonly<T>>;
  /** Every record whose index value equals `value`, in key order. For indexes with few records a value. */
  listBy(tx: Transaction, index: string, value: Key): readonly Readonly<T>[];
}
