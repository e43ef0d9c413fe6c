import { collection } from '../store/collection.ts';
import type { Store, Transaction } from '../store/store.ts';

/** Who may do what only one process may do. */
interface LeaseRecord {
  /** Fencing token: grows whenever the lease changes hands. */
  readonly token: number;
  /** Id of the process; empty: given back. */
  readonly holder: string;
  /** Counts the holder's signs of life. */
  readonly beat: number;
}

const leases = collection<LeaseRecord>('events.leases', { key: ['scope', 'name'] });

/** The lease went to another process: whatever was to be done under it is that one's now. */
export class LeaseLost extends Error {}

/** How a lease is held. */
export interface LeaseOptions {
  readonly store: Store;
  readonly name: string;
  /** Unique among the processes. */
  readonly holder: string;
  /** Without a sign of life of the holder for this long, another process takes the lease. */
  readonly ttlMs: number;
}

/**
 * A lease on something that one process at a time may do. What protects is the fencing token, not the time: each
 * transaction that is done under the lease reads it ({@link require}), so it cannot commit once another process has it.
 * Nobody compares clocks of two hosts: who waits for a lease measures by its own monotonic clock how long there has been
 * no sign of life.
 */
export class Lease {
  readonly #options: LeaseOptions;
  /** The token that this process holds; 0: none. */
  #token = 0;
  #beatAt = 0;
  #last: LeaseRecord | undefined;
  /** The newest sign of life of another holder, and when it was first seen. */
  #watched = { sign: '', since: 0 };

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** The fencing token, while it is held; 0: it is not, as far as is known. Grows with every holder. */
  get token(): number {
    return this.#token;
  }

  /** Takes the lease if it is free, or keeps it alive. To be called at least three times within its time to live. @returns whether it is held */
  async keep(): Promise<boolean> {
    const { store, holder, ttlMs } = this.#options;
    const now = performance.now();
    const seen = await store.transact((tx) => {
      const current = leases.find(tx, this.#key);
      if (current && current.holder === holder && current.token === this.#token) {
        if (now - this.#beatAt < ttlMs / 3) return current;
        return this.#put(tx, { ...current, beat: current.beat + 1 });
      }
      if (current && current.holder !== '' && !this.#isSilent(current, now)) return current;
      return this.#put(tx, { token: (current?.token ?? 0) + 1, holder, beat: 0 });
    });
    const held = seen.holder === holder;
    if (held && seen !== this.#last) this.#beatAt = now;
    this.#last = seen;
    this.#token = held ? seen.token : 0;
    const sign = signOf(seen);
    if (sign !== this.#watched.sign) this.#watched = { sign, since: now };
    return held;
  }

  /** Binds a transaction to the lease: it commits only if this process still holds it then. @throws {LeaseLost} */
  require(tx: Transaction): void {
    const current = leases.find(tx, this.#key);
    if (!current || current.token !== this.#token || current.holder !== this.#options.holder)
      throw new LeaseLost(`the lease ${this.#options.name} is held by another process`);
  }

  /** Gives it back, if it is held, so that nobody has to wait. */
  async release(): Promise<void> {
    await this.#options.store.transact((tx) => {
      const current = leases.find(tx, this.#key);
      if (current?.holder === this.#options.holder) this.#put(tx, { ...current, holder: '' });
    });
    this.#token = 0;
  }

  get #key(): readonly string[] {
    return ['cluster', this.#options.name];
  }

  #put(tx: Transaction, lease: LeaseRecord): LeaseRecord {
    leases.put(tx, this.#key, lease);
    return lease;
  }

  /** Whether this very sign of life was seen a time to live ago already. */
  #isSilent(current: LeaseRecord, now: number): boolean {
    const { sign, since } = this.#watched;
    return sign === signOf(current) && now - since >= this.#options.ttlMs;
  }
}

const signOf = ({ token, holder, beat }: LeaseRecord): string => `${token} ${holder} ${beat}`;
