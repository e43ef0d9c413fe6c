import { timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Barrier } from './barrier.ts';
import { collection, type Key } from './collection.ts';
import type { Engine, Row } from './engine.ts';
import { IntegrityError } from './keyring.ts';
import type { SealedStore } from './sealed-store.ts';
import { type Rotation, type RotationProgress, StoreUnavailable } from './store.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** How far a rotation is, durable: a crash goes on from here. */
interface Stored extends RotationProgress {
  /** Hex of the id of the last row that was looked at. */
  readonly after: string;
}

const rotations = collection<Stored>('store.rotations', { key: ['name'] });
const current: Key = ['current'];

/** Few, so that requests between two batches wait little. */
const rowsAtOnce = 64;
const retryMs = 1000;

/**
 * Rotation in the background: new keys first, durable before anything else; then every record that an older key sealed is
 * written again, by ordinary transactions, so that concurrent changes win and caches stay right.
 */
export class KeyRotation implements Rotation {
  readonly #store: SealedStore;
  readonly #engine: Engine;
  readonly #barrier: Barrier;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(store: SealedStore, engine: Engine, barrier: Barrier) {
    this.#store = store;
    this.#engine = engine;
    this.#barrier = barrier;
  }

  async start(): Promise<void> {
    if (!this.#engine.scan) throw new StoreUnavailable('this engine cannot rotate keys');
    if (this.#running) return;
    this.#barrier.rotateKeys();
    const first: Stored = { state: 'running', started: new Date().toISOString(), seen: 0, resealed: 0, after: '' };
    // INVARIANT: commits that were sealed with the older keys stand before this one, and are durable when it is.
    await this.#store.transact((tx) => rotations.put(tx, current, first));
    this.#run();
  }

  async resume(): Promise<void> {
    if (this.#engine.scan && !this.#running && (await this.#stored())?.state === 'running') this.#run();
  }

  async progress(): Promise<RotationProgress | undefined> {
    const stored = await this.#stored();
    if (!stored) return undefined;
    const { state, started, seen, resealed } = stored;
    return { state, started, seen, resealed };
  }

  get finished(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  stop(): void {
    this.#stopped = true;
  }

  isOperator(message: string, proof: Buffer): boolean {
    const expected = this.#barrier.operatorProof(message);
    return proof.length === expected.length && timingSafeEqual(proof, expected);
  }

  #stored(): Promise<Readonly<Stored> | undefined> {
    return this.#store.transact((tx) => rotations.find(tx, current));
  }

  #run(): void {
    this.#stopped = false;
    this.#running = this.#reseal().finally(() => {
      this.#running = undefined;
    });
  }

  async #reseal(): Promise<void> {
    while (!this.#stopped) {
      try {
        const stored = await this.#stored();
        if (stored?.state !== 'running') return;
        const rows = await this.#engine.scan!(Buffer.from(stored.after, 'hex'), rowsAtOnce);
        await this.#store.transact((tx) => this.#resealRows(tx as UnitOfWork, rows));
      } catch {
        // The disk refused: what was reached is durable, so try again.
        await pause(retryMs, undefined, { ref: false });
      }
    }
  }

  /** A damaged row stays as it is, for verification to tell. */
  #openUnlessDamaged(row: Row): { readonly collection: string; readonly key: Key } | undefined {
    try {
      const { collection, text } = this.#barrier.openAnyRecord(row, row.sealed);
      return { collection, key: (JSON.parse(text) as [Key])[0] };
    } catch (error) {
      if (error instanceof IntegrityError) return undefined;
      throw error;
    }
  }

  #resealRows(tx: UnitOfWork, rows: readonly Row[]): void {
    const before = rotations.find(tx, current);
    if (!before) return;
    let { resealed } = before;
    for (const row of rows) {
      if (!this.#barrier.isSuperseded(row.sealed)) continue;
      const found = this.#openUnlessDamaged(row);
      if (!found) continue;
      const { collection: name, key } = found;
      const records = this.#store.recordsNamed(name);
      const value = tx.find(records, key);
      if (value === undefined || name === rotations.name) continue;
      tx.write(records, key, value);
      resealed++;
    }
    const seen = before.seen + rows.length;
    const last = rows.at(-1)?.id.toString('hex');
    rotations.put(
      tx,
      current,
      last === undefined ? { ...before, state: 'done' } : { ...before, seen, resealed, after: last },
    );
  }
}
