import type { Call } from './call.ts';
import type { Quota, QuotaValues } from './quota.ts';
import { beginInterval, dropEnded, isOver, type TokenInterval } from './token-interval.ts';

/** Counts requests against request quotas. */
export interface RequestThrottle {
  /**
   * Takes a token of the caller's account, or of where the quota counts.
   *
   * @returns false: there is none, and the request is to be refused
   * @throws {NotLoaded} others have to be asked first
   */
  take(quota: Quota, call: Call): boolean;
}

/**
 * Counts in memory, for a process that serves alone: in a bucket for each account and Region that fills up at once at the end
 * of each interval. AWS counts so, and a burst of the whole quota is no offence.
 *
 * @see KMS developer guide: "Applying request quotas"
 */
export class Throttle implements RequestThrottle {
  readonly #values: QuotaValues;
  readonly #buckets = new Map<string, TokenInterval>();

  constructor(values: QuotaValues) {
    this.#values = values;
  }

  take(quota: Quota, call: Call): boolean {
    const name = bucketOf(quota, call);
    const now = call.now.getTime();
    let bucket = this.#buckets.get(name);
    if (!bucket || isOver(bucket, now)) {
      dropEnded(this.#buckets, now);
      bucket = beginInterval(rateOf(this.#values, quota, call), now);
      this.#buckets.set(name, bucket);
    }
    if (bucket.tokens === 0) return false;
    bucket.tokens--;
    return true;
  }
}

/** Each quota is counted apart for each account and Region, some for each of what an account has there. */
export const bucketOf = ({ service, code, at }: Quota, { account, region }: Call): string =>
  at
    ? `${service}/${code}/${at.account ?? account}/${at.region ?? region}${at.of === undefined ? '' : `/${at.of}`}`
    : `${service}/${code}/${account}/${region}`;

/** How fast its bucket fills: tokens a second. */
export const rateOf = (values: QuotaValues, quota: Quota, { tx, account, region }: Call): number =>
  values.valueOf(tx, quota, quota.at?.account ?? account, quota.at?.region ?? region);
