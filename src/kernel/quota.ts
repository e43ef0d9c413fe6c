import type { Transaction } from '../store/store.ts';

/** A limit as Service Quotas lists it: on how many of something may exist, or on requests a second. */
export interface Quota {
  /** Service code: `kms`. */
  readonly service: string;
  /** Quota code: `L-6E3AF000`. */
  readonly code: string;
  readonly name: string;
  readonly description: string;
  /** AWS's default value in a Region, before anybody asked for more. */
  readonly value: number | Readonly<Record<string, number> & { readonly other: number }>;
  /** True for limits on requests a second. */
  readonly perSecond: boolean;
  /** False for those that no request can raise. */
  readonly adjustable: boolean;
  /** Where requests count against it; absent: for the account of their caller, in the Region that they are sent to. */
  readonly at?: QuotaPlace;
}

/** Where requests count that do not only count where they are sent to. */
export interface QuotaPlace {
  readonly account?: string;
  readonly region?: string;
  /** For what each of them counts apart: the id of a custom key store. */
  readonly of?: string;
}

/** What is in force: the default, or what was applied to an account in a Region. The Service Quotas service implements it. */
export interface QuotaValues {
  valueOf(tx: Transaction, quota: Quota, account: string, region: string): number;
}

/** AWS's default value of a quota in a Region. */
export const defaultValueOf = ({ value }: Quota, region: string): number =>
  typeof value === 'number' ? value : (value[region] ?? value.other);

/** Quotas as they are before anybody asked for more. */
export const defaultQuotas: QuotaValues = { valueOf: (_tx, quota, _account, region) => defaultValueOf(quota, region) };
