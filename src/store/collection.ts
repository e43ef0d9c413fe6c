import { NameTree } from './name-tree.ts';
import { findNameOf, firstAfter, nameOf } from './names.ts';
import { readTogether } from './read-together.ts';
import type { Group, Records } from './records.ts';
import { RevisionConflict, type Transaction } from './store.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/**
 * Declares a collection, once, at module level; it works with every store.
 *
 * @param name unique in a store, lower-case words with dots and hyphens, e.g. `kms.keys`. It and the names of the indexes
 *   are bound into every stored record: they never change
 */
export const collection = <T extends object>(name: string, spec: CollectionSpec<T>): Collection<T> =>
  new DefinedCollection(name, spec);

/** How a collection is keyed and found. */
export interface CollectionSpec<T> {
  /** Names of the key's parts, most significant first; all but the last form the partition that `list` walks. */
  readonly key: readonly string[];
  /** Secondary indexes: from a value to the key under which `listBy` finds it; `undefined` leaves it out of the index. */
  readonly indexes?: Readonly<Record<string, (value: T) => readonly string[] | undefined>>;
  /**
   * Its partitions may have more records than fit in memory: a page costs the same however many there are. A record that
   * comes or goes writes a second one for that, and conflicts with its neighbours. docs/formats/record.md
   */
  readonly large?: true;
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
  /** @returns the record, or undefined; so too for a key that nothing can be stored under */
  find(tx: Transaction, key: Key): Readonly<T> | undefined;
  /**
   * Creates or replaces. The commit fails with RevisionConflict if anybody changed the record since this transaction saw
   * it. The value is frozen when the transaction commits.
   */
  put(tx: Transaction, key: Key, value: T): void;
  /** Deletes; nothing happens when the record is absent. */
  delete(tx: Transaction, key: Key): void;
  /** Pages through a partition (all key parts but the last). */
  list(tx: Transaction, partition: Key, page: PageRequest): Page<Readonly<T>>;
  /** Every record whose index value equals `value`, in key order. For indexes with few records a value. */
  listBy(tx: Transaction, index: string, value: Key): readonly Readonly<T>[];
}

/** What a store needs to know of a collection to keep its records. */
export interface CollectionDefinition {
  readonly name: string;
  readonly spec: CollectionSpec<object>;
  /** Where the order of large partitions is kept. */
  readonly nodes?: CollectionDefinition;
}

class DefinedCollection<T extends object> implements Collection<T>, CollectionDefinition {
  readonly name: string;
  readonly spec: CollectionSpec<object>;
  readonly nodes?: CollectionDefinition;

  constructor(name: string, spec: CollectionSpec<T>) {
    this.name = name;
    if (spec.large) this.nodes = { name: `${name}/names`, spec: { key: [...spec.key.slice(0, -1), 'node'] } };
    // Values come back as they were put, so an index sees only the T of its own collection.
    this.spec = spec as CollectionSpec<object>;
  }

  find(tx: Transaction, key: Key): Readonly<T> | undefined {
    this.#requireParts(key, this.spec.key.length);
    return (tx as UnitOfWork).find(this.#records(tx), key) as Readonly<T> | undefined;
  }

  put(tx: Transaction, key: Key, value: T): void {
    this.#requireParts(key, this.spec.key.length);
    this.#write(tx, key, value);
  }

  delete(tx: Transaction, key: Key): void {
    this.#requireParts(key, this.spec.key.length);
    this.#write(tx, key, undefined);
  }

  list(tx: Transaction, partition: Key, { after, limit }: PageRequest): Page<Readonly<T>> {
    this.#requireParts(partition, this.spec.key.length - 1);
    const group = { index: undefined, value: partition };
    const tree = this.#tree(tx, partition);
    if (tree) return this.#listLarge(tx, partition, tree, after, limit);
    const names = (tx as UnitOfWork).list(this.#records(tx), group);
    const start = after === undefined ? 0 : firstAfter(names, nameOf([...partition, after]));
    const page = names.slice(start, start + limit);
    const items = this.#members(tx, group, page);
    return {
      items,
      next: start + limit < names.length ? page.at(-1)?.slice(page.at(-1)!.lastIndexOf('\0') + 1) : undefined,
    };
  }

  listBy(tx: Transaction, index: string, value: Key): readonly Readonly<T>[] {
    if (!this.spec.indexes?.[index]) throw new RangeError(`${this.name} has no index ${index}`);
    if (findNameOf(value) === undefined) return [];
    const group = { index, value };
    return this.#members(tx, group, (tx as UnitOfWork).list(this.#records(tx), group));
  }

  #write(tx: Transaction, key: Key, value: object | undefined): void {
    const change = (tx as UnitOfWork).write(this.#records(tx), key, value);
    if (!this.nodes || change === undefined) return;
    const tree = this.#tree(tx, key.slice(0, -1))!;
    if (change === 'entered') tree.add(key.at(-1)!);
    else tree.remove(key.at(-1)!);
  }

  #listLarge(
    tx: Transaction,
    partition: Key,
    tree: NameTree,
    after: string | undefined,
    limit: number,
  ): Page<Readonly<T>> {
    // One more tells whether there is a next page.
    const names = tree.page(after, limit + 1);
    const shown = names.slice(0, limit);
    const group = { index: undefined, value: partition };
    const items = this.#members(
      tx,
      group,
      shown.map((name) => nameOf([...partition, name])),
      tree,
    );
    return { items, next: names.length > limit ? shown.at(-1) : undefined };
  }

  #tree(tx: Transaction, partition: Key): NameTree | undefined {
    if (!this.nodes) return undefined;
    const work = tx as UnitOfWork;
    return new NameTree(work, this.#records(tx), work.ledger.recordsOf(this.nodes), partition);
  }

  #members(tx: Transaction, group: Group, names: readonly string[], tree?: NameTree): Readonly<T>[] {
    return readTogether(names, (name) => {
      try {
        return (tx as UnitOfWork).member(this.#records(tx), group, name) as Readonly<T>;
      } catch (error) {
        throw error instanceof RevisionConflict && tree ? tree.outdated() : error;
      }
    });
  }

  #records(tx: Transaction): Records {
    return (tx as UnitOfWork).ledger.recordsOf(this);
  }

  #requireParts(key: Key, parts: number): void {
    if (key.length !== parts) throw new RangeError(`${this.name}: ${key.length} key parts where ${parts} belong`);
  }
}
