import { defaultValueOf, type Quota, type QuotaValues } from '../../kernel/quota.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';

/** A value that was approved for an account in a Region. */
interface AppliedQuota {
  readonly value: number;
}

const records = collection<AppliedQuota>('service-quotas.applied', { key: ['account', 'region', 'service', 'code'] });

/** The values in force: what was approved, else AWS's default. */
export class AppliedQuotas implements QuotaValues {
  valueOf(tx: Transaction, quota: Quota, account: string, region: string): number {
    return records.find(tx, keyOf(quota, account, region))?.value ?? defaultValueOf(quota, region);
  }

  /** Puts a value in force; requests count against it from the next second on. */
  apply(tx: Transaction, quota: Quota, account: string, region: string, value: number): void {
    records.put(tx, keyOf(quota, account, region), { value });
  }
}

const keyOf = ({ service, code }: Quota, account: string, region: string) => [account, region, service, code];
