import { NotLoaded } from '../store/store.ts';
import type { Call } from './call.ts';
import type { Quota, QuotaValues } from './quota.ts';
import { bucketOf, type RequestThrottle, rateOf } from './throttle.ts';
import type { TokenLease } from './token-desk.ts';
import { dropEnded, isOver, type TokenInterval } from './token-interval.ts';

/** Where a process gets tokens that it shares with others; see {@link TokenDesk}. Never rejects; undefined: nobody answers. */
export type TokenSource = (bucket: string, rate: number, wanted: number) => Promise<TokenLease | undefined>;

/** What a process holds of a bucket, in the interval that it knows. */
interface Held extends TokenInterval {
  /** How many it spent in this interval. */
  spent: number;
  /** No more are to be had in this interval. */
  exhausted: boolean;
  /** It has asked for more. */
  asking: boolean;
  /** Requests that wait for a token. */
  readonly waiting: (() => void)[];
  /** It asks for more as soon as it holds this many. */
  askAt: number;
}

/**
 * Counts for one of several processes, which share each bucket: spends tokens that it has leased, and asks for more before
 * they run out. It asks for as many as it has spent in this interval, so that a process of many requests asks seldom and one
 * of few holds few.
 *
 * All processes together never serve more than the quota in an interval. They may refuse some too early: those that other
 * processes hold and do not spend, at most as many as they have spent, and a hundredth of the quota each.
 *
 * @see docs/decisions/0008-counting-requests.md
 */
export class SharedThrottle implements RequestThrottle {
  readonly #values: QuotaValues;
  readonly #source: TokenSource;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();

  /** @param now milliseconds since the epoch, by the clock that all the processes read */
  constructor(values: QuotaValues, source: TokenSource, now: () => number = Date.now) {
    this.#values = values;
    this.#source = source;
    this.#now = now;
  }

  take(quota: Quota, call: Call): boolean {
    const name = bucketOf(quota, call);
    const now = this.#now();
    let held = this.#held.get(name);
    if (!held) {
      dropEnded(this.#held, now);
      held = { beganAt: Number.NEGATIVE_INFINITY, lengthMs: 0, ...nothing, asking: false, waiting: [] };
      this.#held.set(name, held);
    }
    if (isOver(held, now)) Object.assign(held, nothing);
    if (held.tokens <= held.askAt && !held.exhausted && !held.asking) {
      this.#ask(name, held, rateOf(this.#values, quota, call));
    }
    if (held.tokens === 0) {
      if (held.exhausted) return false;
      throw new NotLoaded(new Promise((wake) => held.waiting.push(wake)));
    }
    held.tokens--;
    held.spent++;
    return true;
  }

  #ask(name: string, held: Held, rate: number): void {
    held.asking = true;
    const wanted = Math.max(1, held.spent, held.waiting.length, Math.floor(rate / 100));
    void this.#source(name, rate, wanted).then((lease) => {
      held.asking = false;
      // Whoever cannot count refuses, for a second.
      const { tokens, beganAt, lengthMs } = lease ?? { tokens: 0, beganAt: this.#now(), lengthMs: 1000 };
      if (beganAt !== held.beganAt) Object.assign(held, nothing, { beganAt, lengthMs });
      held.tokens += tokens;
      held.exhausted = tokens === 0;
      held.askAt = held.tokens >> 1;
      for (const wake of held.waiting.splice(0, held.exhausted ? held.waiting.length : held.tokens)) wake();
      if (held.waiting.length > 0) this.#ask(name, held, rate);
    });
  }
}

const nothing = { tokens: 0, spent: 0, exhausted: false, askAt: 0 };
