/**
 * A bounded map that keeps what was used recently, in two generations: when the young one is full it becomes the old one,
 * and the old one is dropped. A hit costs one lookup, unlike a linked-list LRU.
 */
export class Recent<V> {
  readonly #limit: number;
  readonly #weigh: (value: V) => number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #weight = 0;
  #oldWeight = 0;

  /** @param limit most weight of one generation; up to twice as much is held */
  constructor(limit: number, weigh: (value: V) => number) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  /** What is held, both generations; what was deleted or replaced counts until its generation ends. */
  get weight(): number {
    return this.#weight + this.#oldWeight;
  }

  get(name: string): V | undefined {
    const value = this.#young.get(name);
    if (value !== undefined) return value;
    const older = this.#old.get(name);
    if (older !== undefined) this.set(name, older);
    return older;
  }

  set(name: string, value: V): void {
    this.#weight += this.#weigh(value);
    if (this.#weight > this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#oldWeight = this.#weight - this.#weigh(value);
      this.#weight = this.#weigh(value);
    }
    this.#young.set(name, value);
  }

  delete(name: string): void {
    this.#young.delete(name);
    this.#old.delete(name);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#weight = 0;
    this.#oldWeight = 0;
  }
}
