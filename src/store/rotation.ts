import { timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Barrier } from './barrier.ts';
import type { ForeignChanges } from './changes.ts';
import { collection, type Key } from './collection.ts';
import type { Engine, Row } from './engine.ts';
import { IntegrityError } from './keyring.ts';
import type { SealedStore } from './sealed-store.ts';
import { NotLoaded, type Rotation, type RotationProgress, StoreUnavailable, type Turn } from './store.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** How far a rotation is, durable: a crash goes on from here. */
interface Stored extends RotationProgress {
  /** Hex of the id of the last row that was looked at. */
  readonly after: string;
}

const rotations = collection<Stored>('store.rotations', { key: ['name'] });
const current: Key = ['current'];

/** Written once for each rotation, together with its keys: whoever seals with older ones learns of it before his next commit. */
const generations = collection<{ readonly generation: number }>('store.keys', { key: ['name'] });

/** Whether another process has made keys that supersede others. */
export const changesKeys = (foreign: ForeignChanges): boolean => foreign.hasRecord(generations.name, 'current');

/** Few, so that requests between two batches wait little. */
const rowsAtOnce = 64;
const retryMs = 1000;
/** How often a process looks for a rotation that nobody goes on with. */
const watchMs = 1000;
/** How long, and how often, a start waits for its turn. */
const turnWaitMs = 20_000;
const turnRetryMs = 200;

/**
 * Rotation in the background: new keys first, durable before anything else; then every record that an older key sealed is
 * written again, by ordinary transactions, so that concurrent changes win and caches stay right. Of several processes that
 * share a store one does it, whose turn it is; one that loses its turn stops.
 */
export class KeyRotation implements Rotation {
  readonly #store: SealedStore;
  readonly #engine: Engine;
  readonly #barrier: Barrier;
  #running: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #stopped = false;
  #turn: Turn | undefined;
  #watching: NodeJS.Timeout | undefined;

  constructor(store: SealedStore, engine: Engine, barrier: Barrier) {
    this.#store = store;
    this.#engine = engine;
    this.#barrier = barrier;
  }

  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<void> {
    if (!this.#engine.scan) throw new StoreUnavailable('this engine cannot rotate keys');
    if (this.#running) return;
    this.#stopped = false;
    if (!(await this.#waitForTurn())) return;
    if ((await this.#stored())?.state !== 'running') {
      // For some purposes other processes may have made keys that this one has not met.
      if (this.#engine.shared) this.#barrier.keyring.learn(await this.#engine.shared.readKeyring());
      this.#barrier.rotateKeys();
      const first: Stored = { state: 'running', started: new Date().toISOString(), seen: 0, resealed: 0, after: '' };
      // INVARIANT: commits that were sealed with the older keys stand before this one, and are durable when it is.
      await this.#store.transact((tx) => {
        this.#turn?.require(tx);
        rotations.put(tx, current, first);
        if (!this.#store.shared) return;
        const { generation } = generations.find(tx, current) ?? { generation: 0 };
        generations.put(tx, current, { generation: generation + 1 });
      });
    }
    this.#run();
  }

  async resume(turn?: Turn): Promise<void> {
    this.#stopped = false;
    this.#turn = turn;
    if (turn) this.#watching ??= setInterval(() => void this.#goOn().catch(() => undefined), watchMs).unref();
    await this.#goOn();
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
    clearInterval(this.#watching);
    this.#watching = undefined;
  }

  isOperator(message: string, proof: Buffer): boolean {
    const expected = this.#barrier.operatorProof(message);
    return proof.length === expected.length && timingSafeEqual(proof, expected);
  }

  #stored(): Promise<Readonly<Stored> | undefined> {
    return this.#store.transact((tx) => rotations.find(tx, current));
  }

  async #goOn(): Promise<void> {
    if (!this.#engine.scan || (await this.#stored())?.state !== 'running') return;
    if (!this.#running && !this.#stopped) this.#run();
  }

  /** @returns false: another process rotates already. @throws {StoreUnavailable} it is not to be had */
  async #waitForTurn(): Promise<boolean> {
    if (!this.#store.shared) return true;
    if (!this.#turn) throw new StoreUnavailable('this process does not rotate keys');
    for (const until = performance.now() + turnWaitMs; !(await this.#turn.keep()); await pause(turnRetryMs)) {
      if ((await this.#stored())?.state === 'running') return false;
      if (performance.now() > until) throw new StoreUnavailable('another process is about to rotate the keys');
    }
    return true;
  }

  #run(): void {
    this.#running = this.#reseal().finally(() => {
      this.#running = undefined;
    });
  }

  async #reseal(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (this.#turn && !(await this.#turn.keep())) return;
        const stored = await this.#stored();
        if (stored?.state !== 'running') break;
        const rows = await this.#engine.scan!(Buffer.from(stored.after, 'hex'), rowsAtOnce);
        await this.#store.transact((tx) => {
          this.#turn?.require(tx);
          this.#resealRows(tx as UnitOfWork, rows);
        });
      } catch {
        // The disk refused, or the turn is another's: what was reached is durable, so look again.
        await pause(retryMs, undefined, { ref: false });
      }
    }
    // Where it cannot be given back now, it lapses.
    await this.#turn?.release().catch(() => undefined);
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

  /** @returns false: there is nothing to seal, or it is sealed with the mark */
  #resealRow(tx: UnitOfWork, row: Row): boolean {
    const found = this.#openUnlessDamaged(row);
    if (!found || found.collection === rotations.name) return false;
    const records = this.#store.recordsNamed(found.collection);
    const value = tx.find(records, found.key);
    if (value === undefined) return false;
    tx.write(records, found.key, value);
    return true;
  }

  #resealRows(tx: UnitOfWork, rows: readonly Row[]): void {
    const before = rotations.find(tx, current);
    if (!before) return;
    let { resealed } = before;
    let missing: NotLoaded | undefined;
    for (const row of rows) {
      if (!this.#barrier.isSuperseded(row.sealed)) continue;
      try {
        if (this.#resealRow(tx, row)) resealed++;
      } catch (error) {
        if (!(error instanceof NotLoaded)) throw error;
        // All are asked for before one is waited for, so that they are loaded together.
        missing = error;
      }
    }
    if (missing) throw missing;
    const seen = before.seen + rows.length;
    const last = rows.at(-1)?.id.toString('hex');
    rotations.put(
      tx,
      current,
      last === undefined ? { ...before, state: 'done' } : { ...before, seen, resealed, after: last },
    );
  }
}
