import type { Barrier } from './barrier.ts';
import type { CollectionDefinition } from './collection.ts';
import type { Batch, Engine } from './engine.ts';
import { LogChain } from './log-chain.ts';
import type { PendingCommit } from './pending-commit.ts';
import { Records } from './records.ts';
import {
  type KeyWrap,
  type LogRecord,
  NotLoaded,
  RevisionConflict,
  type Store,
  StoreUnavailable,
  type Transaction,
} from './store.ts';
import { type Ledger, UnitOfWork } from './unit-of-work.ts';

/** Most transactions in one batch: bounds how long one batch, and so the next, may take. */
const maxBatchMembers = 1024;
/** `transact` gives up after losing this many races in a row. */
const maxAttempts = 100;

/**
 * The store over any engine. Transactions run on this thread against cache and engine; commits are grouped: one batch is
 * with the engine, whatever arrives meanwhile becomes the next one.
 */
export class SealedStore implements Store, Ledger {
  readonly #engine: Engine;
  readonly #barrier: Barrier;
  readonly #chain: LogChain;
  readonly #records = new Map<object, Records>();
  #waiting: PendingCommit[] = [];
  #draining: Promise<void> | undefined;
  #wipe: PromiseWithResolvers<void> | undefined;
  #closed = false;
  epoch = 0;
  generation = 0;
  logHead: number;

  constructor(engine: Engine, barrier: Barrier, logHead: number) {
    this.#engine = engine;
    this.#barrier = barrier;
    this.#chain = new LogChain(barrier.logKey);
    this.logHead = logHead;
  }

  begin(): UnitOfWork {
    return new UnitOfWork(this);
  }

  async commit(tx: Transaction): Promise<void> {
    if (this.#closed) throw new StoreUnavailable('the store is closed');
    const pending = (tx as UnitOfWork).finish();
    if (!pending) return;
    if (pending.writes.length > 0) this.epoch++;
    this.#waiting.push(pending);
    this.#schedule();
    return pending.settled;
  }

  async transact<T>(work: (tx: Transaction) => T): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const tx = this.begin();
        const result = work(tx);
        await this.commit(tx);
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
    while (this.#waiting.length > 0 || this.#wipe) {
      if (this.#wipe) await this.#wipeNow(this.#wipe);
      else await this.#write(this.#takeBatch());
    }
    this.#draining = undefined;
  }

  #takeBatch(): PendingCommit[] {
    const members: PendingCommit[] = [];
    for (const pending of this.#waiting.splice(0, maxBatchMembers)) {
      const failure = pending.after.find((earlier) => earlier.failure)?.failure;
      if (failure) this.#fail(pending, failure);
      else members.push(pending);
    }
    return members;
  }

  async #write(members: readonly PendingCommit[]): Promise<void> {
    const keyring = this.#barrier.keyring.unsaved;
    try {
      const { refused, logHead } = await this.#engine.commit(batchOf(members, keyring));
      this.#barrier.keyring.saved(keyring);
      this.logHead = logHead;
      const conflicts = new Set(refused);
      members.forEach((pending, position) => {
        if (conflicts.has(position))
          this.#fail(pending, new RevisionConflict('a record was changed by another process'));
        else pending.succeed();
      });
    } catch (cause) {
      const error =
        cause instanceof StoreUnavailable ? cause : new StoreUnavailable('the batch was not stored', { cause });
      for (const pending of members) this.#fail(pending, error);
    }
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

  #fail(pending: PendingCommit, error: Error): void {
    this.epoch++;
    pending.fail(error);
  }

  #refuseWaiting(error: Error): void {
    for (const pending of this.#waiting.splice(0)) this.#fail(pending, error);
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
