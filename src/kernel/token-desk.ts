import { beginInterval, dropEnded, isOver, type TokenInterval } from './token-interval.ts';

/** Tokens of a bucket that one of several processes may spend until its interval ends; zero: there are no more. */
export interface TokenLease {
  readonly tokens: number;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly lengthMs: number;
}

/**
 * Holds the buckets of several processes and leases tokens out. What is left is leased in ever smaller parts, so that nobody
 * holds many while others are refused.
 */
export class TokenDesk {
  readonly #buckets = new Map<string, TokenInterval>();
  readonly #parts: number;

  /** @param processes how many ask */
  constructor(processes: number) {
    this.#parts = partsEach * processes;
  }

  /** @param rate tokens a second, which holds from the next interval on @param wanted how many the process would like */
  lease(bucket: string, rate: number, wanted: number, now: number): TokenLease {
    let interval = this.#buckets.get(bucket);
    if (!interval || isOver(interval, now)) {
      dropEnded(this.#buckets, now);
      interval = beginInterval(rate, now);
      this.#buckets.set(bucket, interval);
    }
    const part = Math.ceil(interval.tokens / this.#parts);
    const tokens = Math.min(wanted, part);
    interval.tokens -= tokens;
    return { tokens, beganAt: interval.beganAt, lengthMs: interval.lengthMs };
  }
}

/** Of what is left, a process gets a quarter of its part at once, at most. */
const partsEach = 4;
