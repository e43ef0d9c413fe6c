/** Part of the clients that are waited for: the others' requests are worked on while the group is written. */
const enough = 0.75;
/** Most commit groups that are written without waiting, after it was in vain again and again. */
const maxPassed = 64;

/**
 * Whether a commit group should wait for those whom the group before it has answered. Clients that ask again as soon as they
 * have an answer fall apart into groups that wait for each other's commits otherwise, and each of them pays a whole one.
 * Where they do not come back, it is tried ever less often. docs/decisions/0003-hot-path.md
 */
export class Hold {
  /** How many commits to wait for. */
  expected = 0;
  #pass = 0;
  #passed = 0;

  /** A group was written. @param waiting how many further commits have come meanwhile */
  answered(commits: number, waiting: number): void {
    this.expected = Math.ceil((commits + waiting) * enough);
  }

  /** Whether to wait, now that so many have come. */
  isWorthwhile(waiting: number): boolean {
    if (waiting >= this.expected) return false;
    if (this.#passed === this.#pass) return true;
    this.#passed++;
    return false;
  }

  /** Waiting has ended. @param waiting how many had come by then */
  ended(waiting: number): void {
    this.#passed = 0;
    this.#pass = waiting >= this.expected ? 0 : Math.min(maxPassed, 2 * this.#pass + 1);
  }
}
