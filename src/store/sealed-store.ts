import type { Barrier } from './barrier.ts';
import type { CollectionDefinition } from './collection.ts';
import { CommitQueue, defaultQueueLimits, type QueueLimits } from './commit-queue.ts';
import type { Batch, Engine } from './engine.ts';
import { LogChain } from './log-chain.ts';
import type { PendingCommit } from './pending-commit.ts';
import { Records } from './records.ts';
import {
  type BatchFigures,
  type KeyWrap,
  type LogRecord,
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
/** `transact` gives up after losing this many races in a row. */
const maxAttempts = 100;

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
  readonly #queue: CommitQueue;
  readonly #batchWritten: SealedStoreOptions['batchWritten'];
  #draining: Promise<void> | undefined;
  #wipe: PromiseWithResolvers<void> | undefined;
  #closed = false;
  epoch = 0;
  generation = 0;
  logHead: number;

  constructor(engine: Engine, barrier: Barrier, logHead: number, options: SealedStoreOptions = {}) {
    this.#queue = new CommitQueue(options.queue ?? defaultQueueLimits);
    this.#batchWritten = options.batchWritten;
    this.#engine = engine;
    this.#barrier = barrier;
    this.#chain = new LogChain(barrier.logKey);
    this.logHead = logHead;
  }

  begin(): UnitOfWork {
    return new UnitOfWork(this);
  }

  async commit(tx: Transaction): Promise<void> {
    this.#queue.requireRoom();
    return this.#commit(tx);
  }

  async #commit(tx: Transaction): Promise<void> {
    if (this.#closed) throw new StoreUnavailable('the store is closed');
    const pending = (tx as UnitOfWork).finish();
    if (!pending) return;
    if (pending.writes.length > 0) this.epoch++;
    this.#queue.push(pending);
    this.#schedule();
    return pending.settled;
  }

  async transact<T>(work: (tx: Transaction) => T): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const tx = this.begin();
        const result = work(tx);
        // Jobs run one by one, so they are few, and none must be lost to a flood of requests.
        await this.#commit(tx);
        return result;
      } catch (error) {
        if (error instanceof NotLoaded) await error.loaded;
        else if (!(error instanceof RevisionConflict) || attempt === maxAttempts) throw error;
      }
    }
  }

  keyWrap(purpose: string): KeyWrap {
    return this.#barrier.keyWrap(purpose);
  }

  recordsOf(definition: CollectionDefinition): Records {
    let records = this.#records.get(definition);
    if (!records) {
      for (const { collection } of this.#records.values()) {
        if (collection === definition.name) throw new Error(`two collections are called ${collection}`);
      }
      records = new Records(definition.name, definition.spec, this.#engine, this.#barrier);
      this.#records.set(definition, records);
    }
    return records;
  }

  figures(): StoreFigures {
    const { commits, bytes, oldestMs, refused } = this.#queue;
    return { commits, bytes, oldestMs, refused, caches: [...this.#records.values()].map(({ figures }) => figures) };
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
    await this.#draining;
    await this.#engine.close();
  }

  /** Starts writing, unless that goes on already. */
  #schedule(): void {
    this.#draining ??= this.#drain();
  }

  /** Writes batch after batch until nothing waits. Never rejects: every commit learns its own end. */
  async #drain(): Promise<void> {
    // Whatever arrives in this turn of the event loop joins the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.waiting > 0 || this.#wipe) {
      if (this.#wipe) await this.#wipeNow(this.#wipe);
      else await this.#write(this.#takeBatch());
    }
    this.#draining = undefined;
  }

  #takeBatch(): PendingCommit[] {
    const members: PendingCommit[] = [];
    for (const pending of this.#queue.take(maxBatchMembers)) {
      const failure = pending.after.find((earlier) => earlier.failure)?.failure;
      if (failure) this.#fail(pending, failure);
      else members.push(pending);
    }
    return members;
  }

  async #write(members: readonly PendingCommit[]): Promise<void> {
    const keyring = this.#barrier.keyring.unsaved;
    const startedAt = performance.now();
    let failed = false;
    try {
      const { refused, logHead } = await this.#engine.commit(batchOf(members, keyring));
      this.#barrier.keyring.saved(keyring);
      this.logHead = logHead;
      const conflicts = new Set(refused);
      members.forEach((pending, position) => {
        if (conflicts.has(position))
          this.#fail(pending, new RevisionConflict('a record was changed by another process'));
        else this.#succeed(pending);
      });
    } catch (cause) {
      const error =
        cause instanceof StoreUnavailable ? cause : new StoreUnavailable('the batch was not stored', { cause });
      failed = true;
      for (const pending of members) this.#fail(pending, error);
    }
    this.#batchWritten?.({ commits: members.length, writeMs: performance.now() - startedAt, failed });
  }

  async #wipeNow({ resolve, reject }: PromiseWithResolvers<void>): Promise<void> {
    this.#forget();
    try {
      await this.#engine.wipe();
      this.logHead = 0;
      resolve();
    } catch (error) {
      reject(error);
    }
    // Transactions that began while the wipe went on may have read what is gone.
    this.#forget();
    this.#wipe = undefined;
  }

  #forget(): void {
    this.generation++;
    this.epoch++;
    this.#refuseWaiting(new RevisionConflict('the store was wiped'));
    for (const records of this.#records.values()) records.clear();
  }

  #succeed(pending: PendingCommit): void {
    this.#queue.settled(pending);
    pending.succeed();
  }

  #fail(pending: PendingCommit, error: Error): void {
    this.#queue.settled(pending);
    this.epoch++;
    pending.fail(error);
  }

  #refuseWaiting(error: Error): void {
    for (const pending of this.#queue.take(Number.POSITIVE_INFINITY)) this.#fail(pending, error);
  }
}

const batchOf = (members: readonly PendingCommit[], keyring: Batch['keyring']): Batch => ({
  keyring,
  members: members.map(({ writes, texts, after }) => ({
    writes: writes.map(({ write }) => write),
    texts,
    after:
      after.length === 0 ? none : after.map((earlier) => members.indexOf(earlier)).filter((position) => position >= 0),
  })),
});

const none: readonly number[] = [];
