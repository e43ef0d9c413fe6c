/** How values are kept. */
export interface CacheOptions {
  /** 0: nothing is kept. */
  readonly ttlMs: number;
  readonly now: () => number;
  /** Whether a failure may pass, so that an old value is better than none meanwhile. */
  readonly isTransient: (error: unknown) => boolean;
}

interface Kept {
  readonly value: string;
  freshUntil: number;
}

/** How long an old value is given before its source is asked again, where the source fails. */
const retryMs = 10_000;

/** The values that were asked for last, over all caches that share it. */
export class Shelf {
  readonly #size: number;
  readonly #kept = new Map<string, Kept>();

  /** @param size how many values there are at most */
  constructor(size: number) {
    this.#size = size;
  }

  /** Finds a value, which is then the last one to go. */
  find(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
    }
    return kept;
  }

  /** Keeps a value; the one that nobody has asked for the longest makes place. */
  put(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#size) break;
      this.#kept.delete(oldest);
    }
  }

  /** Lets go of a value. */
  drop(key: string): void {
    this.#kept.delete(key);
  }
}

/**
 * Values that are asked for once in their time to live. Requests that come while one is being asked for wait for that one.
 * A refusal lets go of the value: who has lost a permission loses the value with it, at the end of its time.
 */
export class Cache {
  readonly #options: CacheOptions;
  readonly #shelf: Shelf;
  readonly #asked = new Map<string, Promise<string>>();

  constructor(options: CacheOptions, shelf: Shelf) {
    this.#options = options;
    this.#shelf = shelf;
  }

  /**
   * The value of a key.
   *
   * @param anew ask for it whatever is kept; a failure then leaves what is kept as it is
   * @throws what `ask` throws, where nothing is kept or the failure will not pass
   */
  get(key: string, ask: () => Promise<string>, anew = false): Promise<string> {
    const { ttlMs, now } = this.#options;
    if (anew || ttlMs === 0) return this.#ask(key, ask);
    const kept = this.#shelf.find(key);
    if (kept && kept.freshUntil > now()) return Promise.resolve(kept.value);
    const asked = this.#asked.get(key);
    if (asked) return asked;
    const asking = this.#refresh(key, ask, kept).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  async #ask(key: string, ask: () => Promise<string>): Promise<string> {
    const value = await ask();
    const { ttlMs, now } = this.#options;
    if (ttlMs > 0) this.#shelf.put(key, { value, freshUntil: now() + ttlMs });
    return value;
  }

  async #refresh(key: string, ask: () => Promise<string>, kept: Kept | undefined): Promise<string> {
    try {
      return await this.#ask(key, ask);
    } catch (error) {
      if (!kept || !this.#options.isTransient(error)) {
        this.#shelf.drop(key);
        throw error;
      }
      kept.freshUntil = this.#options.now() + retryMs;
      return kept.value;
    }
  }
}
