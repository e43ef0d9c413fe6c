import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the event loop is probed, in milliseconds: ten wake-ups a second. */
const resolutionMs = 100;
/** Longer than anybody waits between two reads of the metrics. */
const windowMs = 60_000;

/** How late the event loop was, in seconds. */
export interface Lag {
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Measures how late the event loop is, in windows of a minute: whoever reads sees the whole one before and what there is of
 * this one, and takes nothing from other readers.
 */
export class EventLoopLag {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #turning: NodeJS.Timeout;
  #before: Lag = { mean: 0, p99: 0, max: 0 };

  constructor() {
    this.#delay.enable();
    this.#turning = setInterval(() => {
      this.#before = lagOf(this.#delay);
      this.#delay.reset();
    }, windowMs).unref();
  }

  /** Over the last one to two minutes: the worse of the two windows. */
  read(): Lag {
    const now = lagOf(this.#delay);
    return {
      mean: Math.max(now.mean, this.#before.mean),
      p99: Math.max(now.p99, this.#before.p99),
      max: Math.max(now.max, this.#before.max),
    };
  }

  stop(): void {
    clearInterval(this.#turning);
    this.#delay.disable();
  }
}

/** The probe's own interval is part of what it measures. */
const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000);

const lagOf = (delay: ReturnType<typeof monitorEventLoopDelay>): Lag => ({
  mean: late(delay.count > 0 ? delay.mean : 0),
  p99: late(delay.percentile(99)),
  max: late(delay.max),
});
