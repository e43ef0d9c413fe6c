import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one works before others get their turn, in milliseconds. */
const turnMs = 5;

/**
 * Works on many things one after the other, as `items.map(work)` would, for a handler whose caller says how many there are:
 * others get the event loop every few milliseconds, however many callers do the like.
 */
export const inTurns = async <T, U>(items: Iterable<T>, work: (item: T) => U): Promise<U[]> => {
  const results: U[] = [];
  let began = performance.now();
  for (const item of items) {
    results.push(work(item));
    if (performance.now() - began < turnMs) continue;
    await ownTurn();
    began = performance.now();
  }
  return results;
};

/** The last turn that was asked for: each waits for the one before, so that one is taken in each round of the event loop. */
let last: Promise<void> = Promise.resolve();

const ownTurn = (): Promise<void> => (last = last.then(() => nextTurn()));
