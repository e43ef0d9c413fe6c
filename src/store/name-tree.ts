import { randomBytes } from '../crypto/random.ts';
import type { Key } from './collection.ts';
import { firstAfter, firstAtOrAfter } from './names.ts';
import type { Group, Records } from './records.ts';
import { NotLoaded, RevisionConflict } from './store.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** A node as it is stored. docs/formats/record.md, "Large partitions" */
interface Node {
  /** Ascending. Of a leaf: last parts of keys. Above: no name below child `n` comes before `names[n]`. */
  readonly names: readonly string[];
  /** Ids of the nodes below; absent: a leaf. */
  readonly children?: readonly string[];
}

/** Names in a node at most: some 5 KB of key ids, and three levels hold a million. */
const maxNames = 128;
/** How full the nodes are that are made of many names at once: new ones find room. */
const namesWhenBuilt = 96;
const rootId = '';

/**
 * The names of one large partition, in order: a B+ tree whose nodes are sealed records themselves. Finding a page, and a name
 * that comes or goes, reads one node a level and changes one of them, however many names there are.
 *
 * A partition that was filled before trees were kept has none until its next new record: it is listed from its rows.
 */
export class NameTree {
  readonly #tx: UnitOfWork;
  readonly #records: Records;
  readonly #nodes: Records;
  readonly #partition: Key;

  /** @param nodes the records that the nodes of this collection's trees are */
  constructor(tx: UnitOfWork, records: Records, nodes: Records, partition: Key) {
    this.#tx = tx;
    this.#records = records;
    this.#nodes = nodes;
    this.#partition = partition;
  }

  /** The first names after one; all of them from the beginning where it is undefined. */
  page(after: string | undefined, count: number): readonly string[] {
    if (!this.#find(rootId)) {
      const names = this.#namesOfRows();
      const from = after === undefined ? 0 : firstAfter(names, after);
      return names.slice(from, from + count);
    }
    const found: string[] = [];
    this.#collect(rootId, after, count, found);
    return found;
  }

  /** A record came, and the transaction has it. */
  add(name: string): void {
    if (!this.#find(rootId)) {
      this.#build(this.#namesOfRows());
      return;
    }
    const sibling = this.#add(rootId, name);
    if (!sibling) return;
    // The root keeps its id: what it held moves below it.
    const id = newId();
    this.#put(id, this.#node(rootId));
    this.#put(rootId, { names: ['', sibling.name], children: [id, sibling.id] });
  }

  /** A record went. */
  remove(name: string): void {
    if (this.#find(rootId)) this.#remove(rootId, name);
  }

  /**
   * Why what is listed is not there: another process has changed the tree, and what is known of it is forgotten here; or it
   * was listed by a commit that will fail with one that it followed.
   *
   * @returns what to throw, so that the transaction is run again when it can succeed
   */
  outdated(): NotLoaded | RevisionConflict {
    this.#nodes.forgetStored();
    const pending = this.#tx.pendingReads();
    return pending ? new NotLoaded(pending) : new RevisionConflict('a list has changed');
  }

  #collect(id: string, after: string | undefined, count: number, found: string[]): void {
    const { names, children } = this.#node(id);
    if (!children) {
      const from = after === undefined ? 0 : firstAfter(names, after);
      found.push(...names.slice(from, from + count - found.length));
      return;
    }
    for (let at = after === undefined ? 0 : childFor(names, after); at < children.length; at++) {
      if (found.length === count) return;
      this.#collect(children[at]!, after, count, found);
    }
  }

  /** @returns the node that was split off, to be entered above */
  #add(id: string, name: string): Sibling | undefined {
    const node = this.#node(id);
    if (!node.children) {
      const at = firstAtOrAfter(node.names, name);
      return node.names[at] === name ? undefined : this.#putOrSplit(id, inserted(node, at, name), at);
    }
    const at = childFor(node.names, name);
    const below = this.#add(node.children[at]!, name);
    return below && this.#putOrSplit(id, inserted(node, at + 1, below.name, below.id), at + 1);
  }

  /** @param at where the node grew: names that come in ascending order leave full nodes behind */
  #putOrSplit(id: string, node: Node, at: number): Sibling | undefined {
    if (node.names.length <= maxNames) {
      this.#put(id, node);
      return undefined;
    }
    const half = at === node.names.length - 1 ? at : node.names.length >>> 1;
    const sibling = { name: node.names[half]!, id: newId() };
    this.#put(id, sliced(node, 0, half));
    this.#put(sibling.id, sliced(node, half));
    return sibling;
  }

  /** Nodes are not merged; one that is empty goes. @returns whether the node is gone */
  #remove(id: string, name: string): boolean {
    const node = this.#node(id);
    const at = node.children ? childFor(node.names, name) : firstAtOrAfter(node.names, name);
    if (node.children ? !this.#remove(node.children[at]!, name) : node.names[at] !== name) return false;
    const rest = without(node, at);
    if (rest.names.length > 0) this.#put(id, rest);
    else if (id === rootId) this.#put(rootId, { names: [] });
    else {
      this.#tx.write(this.#nodes, this.#key(id), undefined);
      return true;
    }
    return false;
  }

  /** Makes the tree of all names at once. */
  #build(names: readonly string[]): void {
    let level: Level = chunks(names).map((chunk) => ({ first: chunk[0]!, node: { names: chunk } }));
    while (level.length > 1) {
      const below = level.map(({ first, node }, at) => {
        const id = newId();
        this.#put(id, node);
        return { name: at === 0 ? '' : first, id };
      });
      level = chunks(below).map((group) => ({
        first: group[0]!.name,
        node: { names: group.map(({ name }) => name), children: group.map(({ id }) => id) },
      }));
    }
    this.#put(rootId, level[0]!.node);
  }

  /** Last parts of the keys, from rows: all of the partition is read. */
  #namesOfRows(): readonly string[] {
    const group: Group = { index: undefined, value: this.#partition };
    return this.#tx.list(this.#records, group).map((name) => name.slice(name.lastIndexOf('\0') + 1));
  }

  #find(id: string): Node | undefined {
    return this.#tx.find(this.#nodes, this.#key(id)) as Node | undefined;
  }

  /** @throws {RevisionConflict} @throws {NotLoaded} what is known of the node above is old */
  #node(id: string): Node {
    const node = this.#find(id);
    if (!node) throw this.outdated();
    return node;
  }

  #put(id: string, node: Node): void {
    this.#tx.write(this.#nodes, this.#key(id), node);
  }

  #key(id: string): Key {
    return [...this.#partition, id];
  }
}

interface Sibling {
  readonly name: string;
  readonly id: string;
}

type Level = readonly { readonly first: string; readonly node: Node }[];

/** Position of the child below which a name stands, or would stand. */
const childFor = (names: readonly string[], name: string): number => Math.max(0, firstAfter(names, name) - 1);

const inserted = ({ names, children }: Node, at: number, name: string, child = ''): Node => ({
  names: names.toSpliced(at, 0, name),
  ...(children && { children: children.toSpliced(at, 0, child) }),
});

const sliced = ({ names, children }: Node, from: number, to?: number): Node => ({
  names: names.slice(from, to),
  ...(children && { children: children.slice(from, to) }),
});

const without = ({ names, children }: Node, at: number): Node => {
  if (!children) return { names: names.toSpliced(at, 1) };
  const rest = names.toSpliced(at, 1);
  // The next child takes over what the first one stood for.
  if (at === 0 && rest.length > 0) rest[0] = names[0]!;
  return { names: rest, children: children.toSpliced(at, 1) };
};

const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.max(1, Math.ceil(items.length / namesWhenBuilt)) }, (_, n) =>
    items.slice(n * namesWhenBuilt, (n + 1) * namesWhenBuilt),
  );

/** Random, so that two processes never make one node, and a node that is gone never comes back as another. */
const newId = (): string => randomBytes(8).toString('hex');
