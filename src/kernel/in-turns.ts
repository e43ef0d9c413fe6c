/** How long one works before others get their turn, in milliseconds. */
const turnMs = 5;

/** Who waits for a turn, by account: one is taken in each round of the event loop, by each account in its turn. */
const waiting = new Map<string, (() => void)[]>();

const waitFor = (account: string): Promise<void> => {
  if (waiting.size === 0) setImmediate(serve);
  const { promise, resolve } = Promise.withResolvers<void>();
  const others = waiting.get(account);
  if (others) others.push(resolve);
  else waiting.set(account, [resolve]);
  return promise;
};

const serve = (): void => {
  const [account, queue] = waiting.entries().next().value!;
  const first = queue.shift()!;
  // Behind those of the other accounts.
  waiting.delete(account);
  if (queue.length > 0) waiting.set(account, queue);
  if (waiting.size > 0) setImmediate(serve);
  first();
};

/**
 * A share of the event loop, for work of which whoever asks for it says how much there is. Who waited for something else
 * since the last time, such as another thread, has let others have their turn: what they did counts for nothing.
 */
export class Turn {
  readonly #account: string;
  #began = performance.now();
  #watches = false;
  #othersHadTheirs = false;

  /** @param account for which it is worked: however much one account asks for, the others do not wait longer */
  constructor(account: string) {
    this.#account = account;
  }

  /** @returns undefined while the turn lasts; then what resolves when the next one comes, after every other account's */
  next(): Promise<void> | undefined {
    if (this.#othersHadTheirs) this.#begin();
    this.#watch();
    if (performance.now() - this.#began < turnMs) return undefined;
    return waitFor(this.#account).then(() => this.#begin());
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

/**
 * Works on many things one after the other, as `items.map(work)` would, and lets others have their turn.
 *
 * @param account see {@link Turn}
 */
export const inTurns = async <T, U>(account: string, items: Iterable<T>, work: (item: T) => U): Promise<U[]> => {
  const results: U[] = [];
  const turn = new Turn(account);
  for (const item of items) {
    results.push(work(item));
    const over = turn.next();
    if (over) await over;
  }
  return results;
};
