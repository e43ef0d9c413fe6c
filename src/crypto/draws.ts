import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The identifiers that one request, or one job, has drawn at random. Its transaction may run several times, until all that it
 * reads is in memory: what it looks up under an identifier of its own would be loaded for nobody if the next run drew another.
 */
export class Draws {
  readonly #drawn = new Map<string, string[]>();

  /** Runs `work`, which draws what the run before drew, in the same order, and then anew. Only after a run that left no trace. */
  async repeat<T>(work: () => Promise<T>): Promise<T> {
    const run = new Run(this.#drawn);
    try {
      return await running.run(run, work);
    } finally {
      run.ended = true;
    }
  }
}

/** One run of a transaction. */
class Run {
  readonly #drawn: Map<string, string[]>;
  readonly #used = new Map<string, number>();
  /** What it started and left running draws for itself. */
  ended = false;

  constructor(drawn: Map<string, string[]>) {
    this.#drawn = drawn;
  }

  take(kind: string, draw: () => string): string {
    const at = this.#used.get(kind) ?? 0;
    this.#used.set(kind, at + 1);
    const drawn = this.#drawn.get(kind) ?? [];
    this.#drawn.set(kind, drawn);
    drawn[at] ??= draw();
    return drawn[at];
  }
}

const running = new AsyncLocalStorage<Run | undefined>();

/** Runs `work` as nobody's run: what it does may stay whatever becomes of the run that waits for it, and draws for itself. */
export const apart = <T>(work: () => T): T =>
  running.getStore() === undefined ? work() : running.run(undefined, work);

/**
 * A random identifier: a new one, or where a transaction is run again, that of the run before. Never for secrets and nonces.
 *
 * @param kind what else is drawn under it is interchangeable
 */
export const identifier = (kind: string, draw: () => string): string => {
  const run = running.getStore();
  return run === undefined || run.ended ? draw() : run.take(kind, draw);
};
