import type { ForeignChanges } from './changes.ts';
import type { Key } from './collection.ts';
import { findNameOf, firstAtOrAfter, nameOf, type SortedNames } from './names.ts';
import { PendingCommit } from './pending-commit.ts';
import { type Group, groupName, type Records, type Version } from './records.ts';
import { NotLoaded, RevisionConflict, type Transaction } from './store.ts';

/** What a transaction needs of the store that began it. */
export interface Ledger {
  /** Grows with every commit that writes: while it stands still, nothing that was read can have changed. */
  readonly epoch: number;
  /** Changes when the store is wiped. */
  readonly generation: number;
  recordsOf(definition: object): Records;
}

/** A transaction: what was read, so that a change underneath is noticed, and what is to be written. */
export class UnitOfWork implements Transaction {
  readonly ledger: Ledger;
  readonly #epoch: number;
  readonly #generation: number;
  readonly #reads: { records: Records; version: Version }[];
  readonly #listed: { records: Records; group: Group; names: SortedNames; version: number }[];
  /** Most transactions write nothing. */
  #writes: Map<Records, Map<string, Change>> | undefined;
  readonly #texts: string[] = [];
  #finished = false;

  /** @param insteadOf a transaction that is given up: what it has read counts as read by this one */
  constructor(ledger: Ledger, insteadOf?: UnitOfWork) {
    this.ledger = ledger;
    this.#epoch = insteadOf ? insteadOf.#epoch : ledger.epoch;
    this.#generation = insteadOf ? insteadOf.#generation : ledger.generation;
    this.#reads = insteadOf ? insteadOf.#reads : [];
    this.#listed = insteadOf ? insteadOf.#listed : [];
  }

  get dirty(): boolean {
    return this.#writes !== undefined && this.#writes.size > 0;
  }

  append(text: string): void {
    if (text.includes('\n')) throw new RangeError('a log record is one line');
    this.#texts.push(text);
  }

  savepoint(): () => void {
    const writes = [...(this.#writes ?? [])].map(([records, changes]) => [records, new Map(changes)] as const);
    const texts = this.#texts.length;
    return () => {
      this.#writes = new Map(writes);
      this.#texts.length = texts;
    };
  }

  /** The value as this transaction sees it. */
  find(records: Records, key: Key): object | undefined {
    const name = findNameOf(key);
    if (name === undefined) return undefined;
    const change = this.#writes?.get(records)?.get(name);
    if (change) return change.value;
    return this.#read(records, name, key).value;
  }

  /**
   * @param value undefined: delete
   * @returns whether the record came or went, as this transaction sees it
   */
  write(records: Records, key: Key, value: object | undefined): 'entered' | 'left' | undefined {
    const name = nameOf(key);
    this.#writes ??= new Map();
    const changes = this.#writes.get(records) ?? new Map<string, Change>();
    const earlier = changes.get(name);
    const before = earlier?.before ?? this.#before(records, name, key, value);
    const wasThere = (earlier ?? before).value !== undefined;
    this.#writes.set(records, changes);
    if (before.value === undefined && value === undefined) changes.delete(name);
    else changes.set(name, { before, value });
    if (changes.size === 0) this.#writes.delete(records);
    if (wasThere === (value !== undefined)) return undefined;
    return wasThere ? 'left' : 'entered';
  }

  /** Names of a group as this transaction sees it, sorted. */
  list(records: Records, group: Group): readonly string[] {
    const names = records.names(group);
    this.#listed.push({ records, group, names, version: names.version });
    const changes = this.#writes?.get(records);
    return changes ? withChanges(names.all, changes, records, group) : names.all;
  }

  /**
   * The record of a name that {@link list} gave.
   *
   * @throws {RevisionConflict} another process has deleted it meanwhile
   */
  member(records: Records, group: Group, name: string): object {
    const value = this.find(records, name.split('\0'));
    if (value) return value;
    records.forgetNames(group);
    throw changed();
  }

  /**
   * Ends the transaction: checks that nothing it read has changed, and publishes its writes.
   *
   * @returns undefined when there is nothing to make durable and nothing to wait for
   * @throws {RevisionConflict} something changed; the transaction left no trace
   */
  finish(): PendingCommit | undefined {
    if (this.#finished) throw new Error('a transaction is committed once');
    this.#finished = true;
    this.#requireUnchanged();
    const after = this.#dependencies();
    if (!this.dirty && this.#texts.length === 0 && after.length === 0) return undefined;
    const prepared = [];
    for (const [records, changes] of this.#writes ?? []) {
      for (const { before, value } of changes.values()) prepared.push(records.prepare(before, value));
    }
    return new PendingCommit(prepared, this.#texts, after, this);
  }

  /** Settles when nothing that was read waits for the disk any more; undefined where nothing does. */
  pendingReads(): Promise<void> | undefined {
    const writers = this.#dependencies();
    if (writers.length === 0) return undefined;
    return Promise.allSettled(writers.map(({ settled }) => settled)).then(() => undefined);
  }

  /** Whether it has read, or listed, something that another process changed. */
  hasRead(changes: ForeignChanges): boolean {
    return (
      this.#reads.some(({ records, version }) => changes.hasRecord(records.collection, version.name)) ||
      this.#listed.some(({ records, group }) => changes.hasGroup(records.collection, groupName(group)))
    );
  }

  /**
   * What a write replaces. Where that would have to be waited for, a record that is written without having been read is
   * taken to be new: it mostly is, under a random id, which a second run would not choose again. If it is not, the commit is
   * refused, and the second run waits.
   */
  #before(records: Records, name: string, key: Key, value: object | undefined): Version {
    try {
      return this.#read(records, name, key);
    } catch (error) {
      const assumed = error instanceof NotLoaded && value && records.assumeAbsent(name, key);
      if (assumed) return assumed;
      throw error;
    }
  }

  #read(records: Records, name: string, key: Key): Version {
    const version = records.current(name, key);
    this.#reads.push({ records, version });
    return version;
  }

  #requireUnchanged(): void {
    const { epoch, generation } = this.ledger;
    if (generation !== this.#generation) throw new RevisionConflict('the store was wiped');
    if (epoch === this.#epoch) return;
    for (const { records, version } of this.#reads) {
      const now = records.current(version.name, version.key);
      // A record that came and went has revision 0 again, but waits for the disk now.
      if (now.revision !== version.revision || now.writer !== version.writer) throw changed();
    }
    for (const { records, group, names, version } of this.#listed) {
      if (names.version !== version || records.knownNames(group) !== names) throw changed();
    }
  }

  #dependencies(): readonly PendingCommit[] {
    let after: Set<PendingCommit> | undefined;
    for (const { version } of this.#reads) {
      if (!version.writer) continue;
      after ??= new Set();
      after.add(version.writer);
    }
    for (const { records, group } of this.#listed) {
      for (const writer of records.leaving(group)) {
        after ??= new Set();
        after.add(writer);
      }
    }
    return after ? [...after] : none;
  }
}

interface Change {
  readonly before: Version;
  readonly value: object | undefined;
}

const none: readonly PendingCommit[] = [];

const changed = () => new RevisionConflict('a record that was read has changed');

const withChanges = (
  names: readonly string[],
  changes: ReadonlyMap<string, Change>,
  records: Records,
  group: Group,
): readonly string[] => {
  const merged = [...names];
  for (const [name, { before, value }] of changes) {
    const at = firstAtOrAfter(merged, name);
    const listed = merged[at] === name;
    const belongs = records.groupsOf(before.key, value).some((candidate) => sameGroup(candidate, group));
    if (listed && !belongs) merged.splice(at, 1);
    if (!listed && belongs) merged.splice(at, 0, name);
  }
  return merged;
};

const sameGroup = (a: Group, b: Group): boolean =>
  a.index === b.index && a.value.length === b.value.length && a.value.every((part, at) => part === b.value[at]);
