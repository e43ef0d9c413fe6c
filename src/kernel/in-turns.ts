import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one works before others get their turn, in milliseconds. */
const turnMs = 5;

/** The last turn that was asked for: each waits for the one before, so that one is taken in each round of the event loop. */
let last: Promise<void> = Promise.resolve();

/**
 * A share of the event loop, for work of which whoever asks for it says how much there is. Who waited for something else
 * since the last time, such as another thread, has let others have their turn: what they did counts for nothing.
 */
export class Turn {
  #began = performance.now();
  #watches = false;
  #othersHadTheirs = false;

  /** @returns undefined while the turn lasts; then what resolves when the next one comes, after everybody else's */
  next(): Promise<void> | undefined {
    if (this.#othersHadTheirs) this.#begin();
    this.#watch();
    if (performance.now() - this.#began < turnMs) return undefined;
    last = last.then(() => nextTurn());
    return last.then(() => this.#begin());
  }

  #begin(): void {
    this.#began = performance.now();
    this.#othersHadTheirs = false;
  }

  #watch(): void {
    if (this.#watches) return;
    this.#watches = true;
    setImmediate(() => {
      this.#watches = false;
      this.#othersHadTheirs = true;
    });
  }
}

/** Works on many things one after the other, as `items.map(work)` would, and lets others have their turn. */
export const inTurns = async <T, U>(items: Iterable<T>, work: (item: T) => U): Promise<U[]> => {
  const results: U[] = [];
  const turn = new Turn();
  for (const item of items) {
    results.push(work(item));
    const over = turn.next();
    if (over) await over;
  }
  return results;
};
