/** A number that only grows. Hot paths keep a reference and add to it: one addition, nothing allocated. */
export class Counter {
  value = 0;

  /** @param by never negative */
  add(by = 1): void {
    this.value += by;
  }
}

/** How often values fell into which of a few fixed intervals, in preallocated memory. */
export class Histogram {
  /** Upper bounds, ascending, inclusive; values above the last are counted under infinity. */
  readonly bounds: Float64Array;
  /** Not cumulative; one longer than `bounds`. */
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = Float64Array.from(bounds);
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts one value, in the unit of the bounds. */
  record(value: number): void {
    const { bounds } = this;
    let at = 0;
    while (at < bounds.length && value > bounds[at]!) at++;
    this.counts[at]! += 1;
    this.sum += value;
    this.count++;
  }

  /**
   * The value that a share of all values does not exceed, as well as the bounds tell: the upper bound of its interval.
   *
   * @param share 0 to 1, e.g. 0.99
   * @returns 0 when nothing was recorded, Infinity above the last bound
   */
  quantile(share: number): number {
    let left = share * this.count;
    if (this.count === 0) return 0;
    for (let at = 0; at < this.bounds.length; at++) {
      left -= this.counts[at]!;
      if (left <= 0) return this.bounds[at]!;
    }
    return Number.POSITIVE_INFINITY;
  }
}

/** Seconds, from 50 µs, the fastest durable answer, to 10 s. */
export const latencyBounds: readonly number[] = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Powers of two up to the largest commit group. */
export const sizeBounds: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
