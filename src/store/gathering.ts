import type { CommitQueue } from './commit-queue.ts';
import { Hold } from './hold.ts';

/** Longest that a commit group is gathered while the disk is free, in milliseconds. */
const maxGatherMs = 4;
/** Longest that a commit group waits for the clients of the one before it, in milliseconds. */
const maxHoldMs = 1;

/**
 * Decides when the commits that wait become a group. A group costs as much as fifty records
 * (docs/decisions/0002-journal-blocks.md), and while there are requests to run, the disk can wait.
 */
export class Gathering {
  readonly #queue: CommitQueue;
  readonly #most: number;
  readonly #hold = new Hold();
  /** Told of commits while they are waited for. */
  #joined: (() => void) | undefined;

  /** @param most commits in one group */
  constructor(queue: CommitQueue, most: number) {
    this.#queue = queue;
    this.#most = most;
  }

  /** To be called when a commit has come to the queue. */
  joined(): void {
    this.#joined?.();
  }

  /** To be called when a group was written and its clients were answered. @param members of the group */
  answered(members: number): void {
    this.#hold.answered(members, this.#queue.waiting);
  }

  /**
   * Waits while each turn of the event loop brings further commits; then, where it is worthwhile, for clients that were
   * just answered. A single client waits one turn, some microseconds.
   *
   * @param mayHold false: something else waits for the group to be written
   */
  async complete(mayHold: boolean): Promise<void> {
    const end = performance.now() + maxGatherMs;
    for (let before = -1; this.#queue.waiting > before && this.#queue.waiting < this.#most; ) {
      if (performance.now() > end) return;
      before = this.#queue.waiting;
      await nextTurn();
    }
    const { waiting } = this.#queue;
    if (waiting === 0 || !mayHold || !this.#hold.isWorthwhile(waiting)) return;
    await this.#waitFor(this.#hold.expected);
    this.#hold.ended(this.#queue.waiting);
  }

  /** Waits until so many commits are there, or for {@link maxHoldMs}. */
  #waitFor(enough: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#joined = undefined;
        resolve();
      };
      const timer = setTimeout(end, maxHoldMs);
      this.#joined = () => {
        if (this.#queue.waiting >= enough) end();
      };
    });
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
