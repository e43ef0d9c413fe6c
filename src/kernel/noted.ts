import type { Store, Transaction } from '../store/store.ts';

/**
 * What is noted in memory, without a write for each time, and made durable together now and then: when something was last
 * used. A server that is killed forgets what was noted since; the journal still knows.
 */
export class Noted<V> {
  readonly #store: Store;
  readonly #both: (earlier: V, later: V) => V;
  #noted = new Map<string, V>();

  /** @param both what is noted of one thing, where some of it was to be stored and could not; absent: the later */
  constructor(store: Store, both: (earlier: V, later: V) => V = (_earlier, later) => later) {
    this.#store = store;
    this.#both = both;
  }

  set(name: string, value: V): void {
    this.#noted.set(name, value);
  }

  /** What was noted of it and is not stored yet. */
  find(name: string): V | undefined {
    return this.#noted.get(name);
  }

  /** Stores all that was noted since the last time. @throws what `transact` does; then all of it is noted still */
  async flush(write: (tx: Transaction, noted: ReadonlyMap<string, V>) => void): Promise<void> {
    const noted = this.#noted;
    if (noted.size === 0) return;
    this.#noted = new Map();
    try {
      await this.#store.transact((tx) => write(tx, noted));
    } catch (error) {
      for (const [name, later] of this.#noted) {
        const earlier = noted.get(name);
        noted.set(name, earlier === undefined ? later : this.#both(earlier, later));
      }
      this.#noted = noted;
      throw error;
    }
  }
}
