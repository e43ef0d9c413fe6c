import { randomBytes } from '../crypto/random.ts';
import { Arrivals } from './arrivals.ts';
import type { Barrier } from './barrier.ts';
import type { ChangedRecord } from './changes.ts';
import type { CollectionSpec, Key } from './collection.ts';
import type { Engine, Row, Write } from './engine.ts';
import { IntegrityError } from './keyring.ts';
import { nameOf, SortedNames } from './names.ts';
import type { PendingCommit } from './pending-commit.ts';
import { Recent } from './recent.ts';
import type { CacheFigures } from './store.ts';

/** One state of one record, as this process knows it. */
export interface Version {
  readonly key: Key;
  readonly name: string;
  /** undefined: absent. */
  readonly value: object | undefined;
  /** 0: absent. */
  readonly revision: number;
  /** The commit that wrote it, until it is durable. */
  writer: PendingCommit | undefined;
  readonly bytes: number;
}

/** A change of one record, sealed and ready for the engine, with the states before and after. */
export interface PreparedWrite {
  readonly records: Records;
  readonly before: Version;
  readonly after: Version;
  /** Names of the groups that the record leaves, and enters. */
  readonly left: readonly string[];
  readonly entered: readonly string[];
  readonly write: Write;
}

// Half of what is held at most. Absent records and empty groups are remembered too, so they weigh something.
const cachedBytesPerCollection = 16 * 1024 * 1024;
const cachedNamesPerCollection = 200_000;
const groupOverheadNames = 8;
/** Forgetting one costs a further refused commit, nothing else. */
const maxNotNew = 1000;
/** What a cached version weighs beside its JSON text. */
const versionOverheadBytes = 500;

/**
 * The records of one collection in one store: what is cached, what is written but not durable yet (`pending`, which wins
 * over everything below it), and the sorted names of the partitions and index values that were listed.
 */
export class Records {
  readonly collection: string;
  readonly spec: CollectionSpec<object>;
  readonly #engine: Engine;
  readonly #barrier: Barrier;
  readonly #pending = new Map<string, Version>();
  readonly #cached = new Recent<Version>(cachedBytesPerCollection, (version) => version.bytes + versionOverheadBytes);
  readonly #groups = new Recent<SortedNames>(
    cachedNamesPerCollection,
    (names) => names.all.length + groupOverheadNames,
  );

  /** Commits on their way to the disk by which records leave a group, by its name: its list does not show what they took. */
  readonly #leaving = new Map<string, Set<PendingCommit>>();
  /** Records that were written as new and refused, until they are loaded. */
  readonly #notNew = new Set<string>();
  readonly #arrivals = new Arrivals();
  readonly #groupArrivals = new Arrivals();
  #reads = 0;
  #misses = 0;

  constructor(collection: string, spec: CollectionSpec<object>, engine: Engine, barrier: Barrier) {
    this.collection = collection;
    this.spec = spec;
    this.#engine = engine;
    this.#barrier = barrier;
  }

  get figures(): CacheFigures {
    return { collection: this.collection, reads: this.#reads, misses: this.#misses, bytes: this.#cached.weight };
  }

  /** The newest version, durable or not. @throws {NotLoaded} */
  current(name: string, key: Key): Version {
    this.#reads++;
    return this.#known(name) ?? this.#arrivals.read(name, () => this.#known(name) ?? this.#load(name, key));
  }

  /** The version that a record has if it is new; undefined where that was assumed before, wrongly. */
  assumeAbsent(name: string, key: Key): Version | undefined {
    return this.#notNew.has(name) ? undefined : absent(name, key);
  }

  /** Names in a group (a partition, or an index value), sorted. The list lives on and changes with the group. */
  names(group: Group): SortedNames {
    const id = groupName(group);
    const known = this.#groups.get(id);
    return known ?? this.#groupArrivals.read(id, () => this.#groups.get(id) ?? this.#loadGroup(group, id));
  }

  /** The list of {@link names} if it is still the one in use. */
  knownNames(group: Group): SortedNames | undefined {
    return this.#groups.get(groupName(group));
  }

  /** What whoever lists a group has seen the absence of, before it is durable. */
  leaving(group: Group): Iterable<PendingCommit> {
    return (this.#leaving.size > 0 && this.#leaving.get(groupName(group))) || none;
  }

  /** Lets a group be read again: another process has changed it. */
  forgetNames(group: Group): void {
    this.#groups.delete(groupName(group));
  }

  /** Every group that a value belongs to: its partition and its index values. */
  groupsOf(key: Key, value: object | undefined): Group[] {
    if (!value) return [];
    const groups: Group[] = [{ index: undefined, value: key.slice(0, -1) }];
    for (const [index, indexValue] of Object.entries(this.spec.indexes ?? {})) {
      const indexed = indexValue(value);
      if (indexed) groups.push({ index, value: indexed });
    }
    return groups;
  }

  /** Seals a change; touches nothing. @param value undefined: delete */
  prepare(before: Version, value: object | undefined): PreparedWrite {
    const { key, name } = before;
    const id = this.#barrier.recordId(this.collection, key);
    const partition = this.#barrier.partitionId(this.collection, key.slice(0, -1));
    const revision = value === undefined ? 0 : before.revision === 0 ? firstRevision() : before.revision + 1;
    const text = value === undefined ? '' : JSON.stringify([key, value]);
    const sealed = value && this.#barrier.sealRecord(this.collection, { id, partition, revision }, text);
    const earlier = this.groupsOf(key, before.value);
    const later = this.groupsOf(key, value);
    const left = without(earlier, later);
    const entered = without(later, earlier);
    return {
      records: this,
      before,
      after: { key, name, value: value && deepFreeze(value), revision, writer: undefined, bytes: text.length },
      left: left.map(groupName),
      entered: entered.map(groupName),
      write: {
        id,
        partition,
        expected: before.revision,
        revision,
        sealed,
        removedEntries: this.#entries(left),
        addedEntries: this.#entries(entered),
      },
    };
  }

  /** Makes a prepared write visible, before it is durable. */
  publish({ after, left, entered }: PreparedWrite): void {
    this.#cached.delete(after.name);
    this.#pending.set(after.name, after);
    for (const group of left) {
      this.#listKept(group)?.remove(after.name);
      this.#leaving.set(group, (this.#leaving.get(group) ?? new Set()).add(after.writer!));
    }
    for (const group of entered) this.#listKept(group)?.add(after.name);
  }

  /** A published write is durable. */
  settle({ after, left }: PreparedWrite): void {
    this.#hasLeft(left, after.writer!);
    after.writer = undefined;
    if (this.#pending.get(after.name) !== after) return;
    this.#pending.delete(after.name);
    this.#cached.set(after.name, after);
  }

  /**
   * A published write failed: forgets it and everything that was derived from it. What it replaced may still be on its way to
   * the disk, where something older stands until then. Of writes that fail together, the newest is to be revoked first.
   */
  revoke({ before, after, left, entered }: PreparedWrite): void {
    this.#hasLeft(left, after.writer!);
    if (this.#pending.get(after.name) === after) {
      if (before.writer && !before.writer.failure) this.#pending.set(after.name, before);
      else this.#pending.delete(after.name);
    }
    this.#cached.delete(after.name);
    if (before.revision === 0) this.#remember(after.name);
    for (const group of [...left, ...entered]) this.#groups.delete(group);
  }

  /** Takes over what another process changed: the record is read again when it is needed, lists change in place. */
  supersede({ name, left, entered }: ChangedRecord): void {
    this.#cached.delete(name);
    for (const group of left) this.#listKept(group)?.remove(name);
    for (const group of entered) this.#listKept(group)?.add(name);
  }

  /** The names by which other processes know what a write changes. */
  changeOf({ after, left, entered }: PreparedWrite): ChangedRecord {
    return { collection: this.collection, name: after.name, left, entered };
  }

  /** Lets everything be read again that is durable. */
  forgetStored(): void {
    this.#cached.clear();
  }

  /** Forgets everything. */
  clear(): void {
    this.#pending.clear();
    this.#cached.clear();
    this.#groups.clear();
    this.#leaving.clear();
  }

  #hasLeft(groups: readonly string[], commit: PendingCommit): void {
    for (const group of groups) {
      const leaving = this.#leaving.get(group);
      leaving?.delete(commit);
      if (leaving?.size === 0) this.#leaving.delete(group);
    }
  }

  /** The list of a group that changes. That of a large partition is not kept: its tree is what is read from now on. */
  #listKept(group: string): SortedNames | undefined {
    if (!this.spec.large || !isPartition(group)) return this.#groups.get(group);
    this.#groups.delete(group);
    return undefined;
  }

  #remember(name: string): void {
    if (this.#notNew.size === maxNotNew) this.#notNew.clear();
    this.#notNew.add(name);
  }

  #known(name: string): Version | undefined {
    return this.#pending.get(name) ?? this.#cached.get(name);
  }

  #load(name: string, key: Key): Version {
    this.#misses++;
    const row = this.#engine.readRow(this.#barrier.recordId(this.collection, key));
    const version = row ? this.#open(row) : absent(name, key);
    if (this.#notNew.size > 0) this.#notNew.delete(name);
    if (version.name !== name)
      throw new IntegrityError(`a record of ${this.collection} stands under the key of another`);
    this.#cached.set(name, version);
    return version;
  }

  #loadGroup(group: Group, id: string): SortedNames {
    const rows =
      group.index === undefined
        ? this.#engine.readPartition(this.#barrier.partitionId(this.collection, group.value))
        : this.#engine.readEntries(this.#barrier.entryId(this.collection, group.index, group.value));
    const names = new Set<string>();
    for (const row of rows) {
      const version = this.#open(row);
      if (!this.#isIn(version, id))
        throw new IntegrityError(`a record of ${this.collection} is listed where it does not belong`);
      names.add(version.name);
      if (!this.#pending.has(version.name)) this.#cached.set(version.name, version);
    }
    for (const version of this.#pending.values()) {
      if (this.#isIn(version, id)) names.add(version.name);
      else names.delete(version.name);
    }
    const sorted = new SortedNames(names);
    this.#groups.set(id, sorted);
    return sorted;
  }

  #isIn(version: Version, group: string): boolean {
    return this.groupsOf(version.key, version.value).some((candidate) => groupName(candidate) === group);
  }

  #open(row: Row): Version {
    const text = this.#barrier.openRecord(this.collection, row, row.sealed);
    const [key, value] = JSON.parse(text) as [Key, object];
    if (!this.#barrier.recordId(this.collection, key).equals(row.id)) {
      throw new IntegrityError(`a record of ${this.collection} stands under the key of another`);
    }
    return {
      key,
      name: nameOf(key),
      value: deepFreeze(value),
      revision: row.revision,
      writer: undefined,
      bytes: text.length,
    };
  }

  #entries(groups: readonly Group[]): Buffer[] {
    return groups
      .filter((group) => group.index !== undefined)
      .map((group) => this.#barrier.entryId(this.collection, group.index!, group.value));
  }
}

/** A set of records that is listed together: a partition (`index` undefined), or those with one index value. */
export interface Group {
  readonly index: string | undefined;
  readonly value: Key;
}

const absent = (name: string, key: Key): Version => ({
  key,
  name,
  value: undefined,
  revision: 0,
  writer: undefined,
  bytes: 0,
});

/** One string for a group, distinct among the groups of its collection. */
export const groupName = ({ index, value }: Group): string =>
  index === undefined ? nameOf(['', ...value]) : nameOf([index, ...value]);

const without = (groups: readonly Group[], others: readonly Group[]): Group[] => {
  const names = others.map(groupName);
  return groups.filter((group) => !names.includes(groupName(group)));
};

const none: readonly PendingCommit[] = [];

const isPartition = (group: string): boolean => group === '' || group.startsWith('\0');

/** Random, so that a record deleted and made again never has a revision it had before. */
const firstRevision = (): number => (randomBytes(4).readUInt32BE(0) >>> 1) + 1;

const deepFreeze = <T extends object>(value: T): T => {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) deepFreeze(member);
  return Object.freeze(value);
};
