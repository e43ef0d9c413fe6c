/** What has something to do; must not throw. */
export interface Member {
  /** Works on what arrived. */
  advance(): void;
}

/** Most members of one round: the memory that they touch is to fit into a processor's caches, and nobody is to wait for long. */
const mostTogether = 32;

/**
 * Gathers what arrives in one turn of the event loop, and has it worked on in a row once everything is read. Requests that
 * are handled together pass each stage while its code is in the processor's caches: docs/decisions/0003-hot-path.md.
 */
export class Rounds {
  #waiting: Member[] = [];

  /** @param member more than once is as good as once: it then finds nothing to do */
  join(member: Member): void {
    if (this.#waiting.length === 0) setImmediate(this.#run);
    this.#waiting.push(member);
  }

  readonly #run = (): void => {
    const members = this.#waiting;
    this.#waiting = members.length > mostTogether ? members.splice(mostTogether) : [];
    if (this.#waiting.length > 0) setImmediate(this.#run);
    for (const member of members) member.advance();
  };
}
