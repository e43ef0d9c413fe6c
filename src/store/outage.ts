/** How long after a batch was refused another one is tried, in milliseconds. */
const tryAgainMs = 1000;

/** The time in which batches are refused: why, and when one is tried again, whether anybody asks for one or not. */
export class Outage {
  readonly #tryAgain: () => void;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param tryAgain told that a batch is to be tried, once a second at most */
  constructor(tryAgain: () => void) {
    this.#tryAgain = tryAgain;
  }

  /** Why the last batch was refused; undefined: it was stored. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** A batch was refused. */
  note({ message }: Error): void {
    this.#reason = message;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tryAgain();
    }, tryAgainMs).unref();
  }

  /** A batch was stored, or none will be tried any more. */
  end(): void {
    this.#reason = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
