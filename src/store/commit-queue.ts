import type { PendingCommit } from './pending-commit.ts';
import { StoreOverloaded } from './store.ts';

/** Most that may wait for the disk at one time; above it, new commits are refused instead of kept in memory. */
export interface QueueLimits {
  readonly maxCommits: number;
  /** Of log records and sealed records together. */
  readonly maxBytes: number;
}

/** Sixteen of the largest batches: some hundred milliseconds of a good disk's work. */
export const defaultQueueLimits: QueueLimits = { maxCommits: 16_384, maxBytes: 64 * 1024 * 1024 };

/** What may wait in one of several processes that share a disk; at least one large batch. */
export const partOfQueue = ({ maxCommits, maxBytes }: QueueLimits, processes: number): QueueLimits => ({
  maxCommits: Math.max(Math.ceil(maxCommits / processes), 1024),
  maxBytes: Math.max(Math.ceil(maxBytes / processes), 4 * 1024 * 1024),
});

/** Commits that are not durable yet, in order: those that wait for the next batch, and those that are being written. */
export class CommitQueue {
  readonly #limits: QueueLimits;
  #waiting: PendingCommit[] = [];
  #oldestSince = 0;
  /** Of both, as the limits count them. */
  commits = 0;
  bytes = 0;
  /** How many commits were refused since the start. */
  refused = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** How many wait for the next batch. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How long the oldest of those has waited, in milliseconds. */
  get oldestMs(): number {
    return this.#waiting.length === 0 ? 0 : performance.now() - this.#oldestSince;
  }

  /** @throws {StoreOverloaded} the queue is full */
  requireRoom(): void {
    if (this.commits < this.#limits.maxCommits && this.bytes < this.#limits.maxBytes) return;
    this.refused++;
    throw new StoreOverloaded(`${this.commits} commits of ${this.bytes} bytes are waiting for the disk`);
  }

  push(pending: PendingCommit): void {
    if (this.#waiting.length === 0) this.#oldestSince = performance.now();
    this.#waiting.push(pending);
    this.commits++;
    this.bytes += pending.bytes;
  }

  /** Takes the oldest for a batch; each is to be given to {@link settled} once. */
  take(most: number): PendingCommit[] {
    const taken = this.#waiting.splice(0, most);
    this.#oldestSince = performance.now();
    return taken;
  }

  /**
   * Takes what is lost, of `writing` and of what waits for the next batch, with all that depends on it: newest first, as
   * records are to be revoked, and nothing that has failed before. Each is to be given to {@link settled} once.
   */
  takeLost(isLost: (pending: PendingCommit) => boolean, writing: readonly PendingCommit[]): PendingCommit[] {
    const lost = new Set<PendingCommit>();
    for (const pending of [...writing, ...this.#waiting]) {
      if (pending.failure) continue;
      if (isLost(pending) || pending.after.some((earlier) => earlier.failure || lost.has(earlier))) lost.add(pending);
    }
    if (lost.size > 0) this.#waiting = this.#waiting.filter((pending) => !lost.has(pending));
    return [...lost].reverse();
  }

  /** A commit that was taken is durable, or failed. */
  settled(pending: PendingCommit): void {
    this.commits--;
    this.bytes -= pending.bytes;
  }
}
