import type { Call } from './call.ts';
import type { Quota, QuotaValues } from './quota.ts';

/** What is left of a quota in the interval that began last. */
interface Bucket {
  /** Milliseconds since the epoch. */
  beganAt: number;
  lengthMs: number;
  tokens: number;
}

/** Buckets whose interval is over are dropped when there are this many of one quota. */
const maxBuckets = 10_000;

/**
 * Counts requests against request quotas, in a bucket for each account and Region that fills up at once at the end of each
 * interval: a second, or longer for rates below one a second. AWS counts so, and a burst of the whole quota is no offence.
 *
 * In memory, so each process of a server counts for itself.
 *
 * @see KMS developer guide: "Applying request quotas"
 */
export class Throttle {
  readonly #values: QuotaValues;
  readonly #buckets = new Map<Quota, Map<string, Bucket>>();

  constructor(values: QuotaValues) {
    this.#values = values;
  }

  /** Takes a token of the caller's account. @returns false: there is none, and the request is to be refused */
  take(quota: Quota, call: Call): boolean {
    const now = call.now.getTime();
    const bucket = this.#bucketOf(quota, call);
    // The clock may have been set back: then the interval that it was in is as good as over.
    if (now - bucket.beganAt >= bucket.lengthMs || now < bucket.beganAt) this.#fill(bucket, quota, call, now);
    if (bucket.tokens === 0) return false;
    bucket.tokens--;
    return true;
  }

  /** The value in force is read once an interval. */
  #fill(bucket: Bucket, quota: Quota, { tx, account, region }: Call, now: number): void {
    const rate = this.#values.valueOf(tx, quota, account, region);
    bucket.beganAt = now;
    bucket.lengthMs = rate >= 1 || rate === 0 ? 1000 : 1000 / rate;
    bucket.tokens = rate > 0 ? Math.max(1, Math.floor(rate)) : 0;
  }

  #bucketOf(quota: Quota, { account, region, now }: Call): Bucket {
    const buckets = this.#buckets.get(quota) ?? new Map<string, Bucket>();
    if (buckets.size === 0) this.#buckets.set(quota, buckets);
    const place = `${account}/${region}`;
    let bucket = buckets.get(place);
    if (!bucket) {
      if (buckets.size >= maxBuckets) dropEnded(buckets, now.getTime());
      bucket = { beganAt: Number.NEGATIVE_INFINITY, lengthMs: 0, tokens: 0 };
      buckets.set(place, bucket);
    }
    return bucket;
  }
}

const dropEnded = (buckets: Map<string, Bucket>, now: number): void => {
  for (const [place, { beganAt, lengthMs }] of buckets) if (now - beganAt >= lengthMs) buckets.delete(place);
};
