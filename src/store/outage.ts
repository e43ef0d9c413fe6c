/** How long after a batch was refused another one is tried, in milliseconds. */
const tryAgainMs = 1000;

/** What may fail by itself: a database server is written and read over connections of their own. */
type Side = 'writing' | 'reading';

/** The time in which the engine refuses: why, and when a batch is tried again, whether anybody asks for one or not. */
export class Outage {
  readonly #tryAgain: () => void;
  readonly #reasons = new Map<Side, string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param tryAgain told that a batch is to be tried, once a second at most */
  constructor(tryAgain: () => void) {
    this.#tryAgain = tryAgain;
  }

  /** Why the engine refused when it was last asked; undefined: it did not. */
  get reason(): string | undefined {
    return this.#reasons.values().next().value;
  }

  /** Whether a side has failed and not been well since. */
  has(side: Side): boolean {
    return this.#reasons.has(side);
  }

  /** The engine refused. */
  note(side: Side, { message }: Error): void {
    this.#reasons.set(side, message);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tryAgain();
    }, tryAgainMs).unref();
  }

  /** The engine did what it was asked. */
  end(side: Side): void {
    if (this.#reasons.delete(side) && this.#reasons.size === 0) this.close();
  }

  /** Nothing will be tried any more. */
  close(): void {
    this.#reasons.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
