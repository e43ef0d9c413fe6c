/** Lets a few through in each window of time and counts the rest, so that no flood of events becomes a flood of log lines. */
export class RateLimit {
  readonly #most: number;
  readonly #windowMs: number;
  #endsAt = 0;
  #passed = 0;
  #heldBack = 0;

  /** @param most how many pass in a window of `windowMs` milliseconds */
  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /**
   * Asks for one event.
   *
   * @param now milliseconds, of any clock that does not run backwards
   * @returns undefined: hold it back; else how many were held back since the last that passed
   */
  pass(now: number): number | undefined {
    if (now >= this.#endsAt) {
      this.#endsAt = now + this.#windowMs;
      this.#passed = 0;
    }
    if (this.#passed >= this.#most) {
      this.#heldBack++;
      return undefined;
    }
    this.#passed++;
    const heldBack = this.#heldBack;
    this.#heldBack = 0;
    return heldBack;
  }
}
