import { Draws } from '../crypto/draws.ts';
import type { Barrier } from './barrier.ts';
import { batchOf, isOutdated } from './batch.ts';
import { Notices } from './changes.ts';
import type { CollectionDefinition } from './collection.ts';
import { CommitQueue, defaultQueueLimits, type QueueLimits } from './commit-queue.ts';
import type { Changes, Engine } from './engine.ts';
import { Gathering } from './gathering.ts';
import { catchUpOn, keyFinder } from './key-finder.ts';
import { LogChain } from './log-chain.ts';
import { Outage } from './outage.ts';
import type { PendingCommit } from './pending-commit.ts';
import { Records } from './records.ts';
import { changesKeys, KeyRotation } from './rotation.ts';
import {
  type BatchFigures,
  type KeyWrap,
  type LogRecord,
  maxRacesLost,
  NotLoaded,
  RevisionConflict,
  type Store,
  type StoreFigures,
  StoreUnavailable,
  type Transaction,
} from './store.ts';
import { type Ledger, UnitOfWork } from './unit-of-work.ts';

/** Most transactions in one batch: bounds how long one batch, and so the next, may take. */
const maxBatchMembers = 1024;

/**
 * How old what a process remembers may be, in milliseconds, before it asks what others changed; a batch of its own asks
 * too. Half of what docs/clusters.md promises.
 */
const pollEveryMs = 500;

/** What may be chosen of a store. */
export interface SealedStoreOptions {
  readonly queue?: QueueLimits;
  /** Told of every batch; must not throw. */
  readonly batchWritten?: (batch: BatchFigures) => void;
}

/**
 * The store over any engine. Transactions run on this thread against cache and engine; commits are grouped: one batch is
 * with the engine, whatever arrives meanwhile becomes the next one.
 */
export class SealedStore implements Store, Ledger {
  readonly #engine: Engine;
  readonly #barrier: Barrier;
  readonly #chain: LogChain;
  readonly #records = new Map<object, Records>();
  /** Of collections that this process does not use, by name: only rotation reads them. */
  readonly #unused = new Map<string, Records>();
  readonly #queue: CommitQueue;
  readonly #gathering: Gathering;
  readonly #batchWritten: SealedStoreOptions['batchWritten'];
  /** Tells other processes what this one changes; undefined where there are none. */
  readonly #notices: Notices | undefined;
  #polling: NodeJS.Timeout | undefined;
  #pollDue = false;
  readonly #outage = new Outage(() => {
    this.#trialDue = true;
    this.#schedule();
  });
  #trialDue = false;
  #draining: Promise<void> | undefined;
  #wipe: PromiseWithResolvers<void> | undefined;
  #closed = false;
  epoch = 0;
  generation = 0;
  logHead: number;
  readonly rotation: KeyRotation;

  constructor(engine: Engine, barrier: Barrier, logHead: number, options: SealedStoreOptions = {}) {
    this.#queue = new CommitQueue(options.queue ?? defaultQueueLimits);
    this.#gathering = new Gathering(this.#queue, maxBatchMembers);
    this.#batchWritten = options.batchWritten;
    this.#engine = engine;
    this.#barrier = barrier;
    this.#chain = new LogChain(barrier.logKey);
    this.logHead = logHead;
    this.rotation = new KeyRotation(this, engine, barrier);
    if (!engine.shared) return;
    this.#notices = new Notices(barrier.logKey);
    barrier.keyring.lookFor = keyFinder(barrier.keyring, engine.shared);
    this.#polling = setInterval(() => {
      this.#pollDue = true;
      this.#schedule();
    }, pollEveryMs).unref();
  }

  get shared(): boolean {
    return this.#notices !== undefined;
  }

  begin(insteadOf?: Transaction): UnitOfWork {
    return new UnitOfWork(this, insteadOf as UnitOfWork | undefined);
  }

  commit(tx: Transaction): Promise<void> {
    try {
      this.#queue.requireRoom();
      return this.#commit(tx);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @throws what `commit` rejects with */
  #commit(tx: Transaction): Promise<void> {
    if (this.#closed) throw new StoreUnavailable('the store is closed');
    const pending = (tx as UnitOfWork).finish();
    if (!pending) return done;
    if (pending.writes.length > 0) this.epoch++;
    this.#queue.push(pending);
    this.#gathering.joined();
    this.#schedule();
    return pending.settled;
  }

  async transact<T>(work: (tx: Transaction) => T): Promise<T> {
    const attemptOnce = async (): Promise<T> => {
      const tx = this.begin();
      const result = work(tx);
      // Jobs run one by one, so they are few, and none must be lost to a flood of requests.
      await this.#commit(tx);
      return result;
    };
    const draws = new Draws();
    for (let attempt = 1; ; attempt++) {
      try {
        return await draws.repeat(attemptOnce);
      } catch (error) {
        if (error instanceof NotLoaded) await error.loaded;
        else if (!(error instanceof RevisionConflict) || attempt === maxRacesLost) throw error;
      }
    }
  }

  keyWrap(purpose: string): KeyWrap {
    return this.#barrier.keyWrap(purpose);
  }

  /** The records of a collection by name; of one that this process does not use, without its indexes. */
  recordsNamed(collection: string): Records {
    for (const records of this.#records.values()) if (records.collection === collection) return records;
    let records = this.#unused.get(collection);
    if (!records) {
      records = new Records(collection, { key: [] }, this.#engine, this.#barrier);
      this.#unused.set(collection, records);
    }
    return records;
  }

  recordsOf(definition: CollectionDefinition): Records {
    let records = this.#records.get(definition);
    if (!records) {
      for (const { collection } of this.#records.values()) {
        if (collection === definition.name) throw new Error(`two collections are called ${collection}`);
      }
      records = new Records(definition.name, definition.spec, this.#engine, this.#barrier);
      this.#records.set(definition, records);
      this.#unused.delete(definition.name);
    }
    return records;
  }

  figures(): StoreFigures {
    const { commits, bytes, oldestMs, refused } = this.#queue;
    const caches = [...this.#records.values()].map(({ figures }) => figures);
    const { reason } = this.#outage;
    return { commits, bytes, oldestMs, refused, caches, ...(reason !== undefined && { outage: reason }) };
  }

  async readLog(after: number, limit: number): Promise<readonly LogRecord[]> {
    const found: LogRecord[] = [];
    for (const block of await this.#engine.readLog(after, limit)) {
      const { texts } = this.#chain.openBlock(block);
      for (let at = Math.max(0, after + 1 - block.first); at < texts.length && found.length < limit; at++) {
        found.push({ sequence: block.first + at, text: texts[at]! });
      }
    }
    return found;
  }

  wipe(): Promise<void> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    this.#wipe ??= Promise.withResolvers();
    const { promise } = this.#wipe;
    this.#schedule();
    return promise;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#polling);
    this.#outage.close();
    await this.#draining;
    this.#outage.close();
    await this.#engine.close();
  }

  /** Starts writing, unless that goes on already. */
  #schedule(): void {
    this.#draining ??= this.#drain();
  }

  /** Writes batch after batch until nothing waits. Never rejects: every commit learns its own end. */
  async #drain(): Promise<void> {
    for (;;) {
      await this.#gathering.complete(this.#wipe === undefined);
      if (this.#wipe) await this.#wipeNow(this.#wipe);
      else if (this.#queue.waiting > 0) await this.#write(this.#queue.take(maxBatchMembers));
      else if (this.#trialDue) await this.#write([]);
      else if (this.#pollDue) await this.#poll();
      else break;
    }
    this.#draining = undefined;
  }

  /** @param members none: to learn whether a batch is stored again */
  async #write(members: readonly PendingCommit[]): Promise<void> {
    this.#trialDue = false;
    const keyring = this.#barrier.keyring.unsaved;
    const startedAt = performance.now();
    let failed = false;
    try {
      const { refused, logHead } = await this.#engine.commit({
        ...batchOf(members, keyring, this.#notices),
        ...(this.#notices && { review: (changes: Changes) => this.#review(members, changes) }),
      });
      this.#outage.end('writing');
      this.#pollDue = this.#outage.has('reading');
      this.#barrier.keyring.saved(keyring);
      this.logHead = logHead;
      const conflicts = new Set(refused.map((position) => members[position]!));
      for (const pending of members) if (!conflicts.has(pending)) this.#succeed(pending);
      if (conflicts.size > 0) this.#failAll(conflicts, changedElsewhere());
    } catch (cause) {
      const error =
        cause instanceof StoreUnavailable ? cause : new StoreUnavailable('the batch was not stored', { cause });
      failed = true;
      this.#failAll(new Set(members), error);
      this.#outage.note('writing', error);
    }
    if (members.length === 0) return;
    this.#gathering.answered(members.length);
    this.#batchWritten?.({ commits: members.length, writeMs: performance.now() - startedAt, failed });
  }

  /**
   * Takes over what others changed. Members of the batch that read what it was before fail at once, with what depends on
   * them: from here on, nobody reads what they would have written.
   *
   * @returns positions of the members to refuse
   */
  #review(members: readonly PendingCommit[], changes: Changes): readonly number[] {
    this.#takeOver(changes, members);
    return [...members.keys()].filter((position) => members[position]!.failure);
  }

  /** @param writing the batch that is with the engine */
  #takeOver(changes: Changes, writing: readonly PendingCommit[] = []): void {
    const foreign = changes === 'unknown' ? undefined : this.#notices!.openAll(changes);
    if (!foreign) {
      this.#forget('the store was changed by another process', writing);
      catchUpOn(this.#barrier.keyring, this.#engine.shared!);
      return;
    }
    this.epoch++;
    if (changesKeys(foreign)) catchUpOn(this.#barrier.keyring, this.#engine.shared!);
    for (const records of [...this.#records.values(), ...this.#unused.values()]) {
      for (const change of foreign.all) if (change.collection === records.collection) records.supersede(change);
    }
    this.#failLost((pending) => isOutdated(pending, foreign), writing, changedElsewhere());
  }

  /** Learns what others changed where no batch has just asked. */
  async #poll(): Promise<void> {
    this.#pollDue = false;
    try {
      const { changes, logHead } = await this.#engine.shared!.poll();
      if (changes.length > 0) this.#takeOver(changes);
      this.logHead = logHead;
      this.#outage.end('reading');
    } catch (error) {
      // The next batch says what ails the database; until it is back, no call is answered that has to be journalled.
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#outage.note('reading', error);
    }
  }

  async #wipeNow({ resolve, reject }: PromiseWithResolvers<void>): Promise<void> {
    this.#forget('the store was wiped');
    try {
      await this.#engine.wipe();
      this.logHead = 0;
      resolve();
    } catch (error) {
      reject(error);
    }
    // Transactions that began while the wipe went on may have read what is gone.
    this.#forget('the store was wiped');
    this.#wipe = undefined;
  }

  /** @param writing the batch that is with the engine */
  #forget(reason: string, writing: readonly PendingCommit[] = []): void {
    this.generation++;
    this.epoch++;
    this.#failLost(() => true, writing, new RevisionConflict(reason));
    for (const records of this.#records.values()) records.clear();
    this.#unused.clear();
  }

  #succeed(pending: PendingCommit): void {
    this.#queue.settled(pending);
    pending.succeed();
  }

  /** Fails commits of the batch that was written, with what depends on them. */
  #failAll(commits: ReadonlySet<PendingCommit>, error: Error): void {
    this.#failLost((pending) => commits.has(pending), [...commits], error);
  }

  /** Fails what is lost of a batch and of what waits, with all that depends on it, before anybody reads again. */
  #failLost(isLost: (pending: PendingCommit) => boolean, writing: readonly PendingCommit[], error: Error): void {
    for (const pending of this.#queue.takeLost(isLost, writing)) {
      this.#queue.settled(pending);
      this.epoch++;
      pending.fail(error);
    }
  }
}

const changedElsewhere = () => new RevisionConflict('a record was changed by another process');

const done = Promise.resolve();
