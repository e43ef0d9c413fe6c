import { type Usage, type UsageBook, usageIn } from '../../events/usage-book.ts';
import type { Meter } from '../../kernel/meter.ts';
import type { Period } from './periods.ts';

/** Usage of one kind in a period, with what it costs. */
export interface Cost {
  readonly account: string;
  readonly region: string;
  /** `AWS Key Management Service` */
  readonly service: string;
  readonly serviceCode: string;
  /** With its Region: `us-east-1-KMS-Requests`. */
  readonly usageType: string;
  readonly quantity: number;
  readonly unit: string;
  /** US dollars. */
  readonly usd: number;
}

/** What an account's usage in a period costs. */
export const costsIn = (
  book: UsageBook,
  meters: readonly Meter[],
  account: string,
  { from, to }: Period,
  now: Date,
): readonly Cost[] => usageIn(book, account, from, to, now.getTime()).map((usage) => costOf(usage, meters, account));

const costOf = (
  { region, serviceCode, usageType, quantity }: Usage,
  meters: readonly Meter[],
  account: string,
): Cost => {
  const meter = meters.find((candidate) => candidate.serviceCode === serviceCode);
  const price = meter?.prices.find((candidate) => candidate.usageType === usageType);
  return {
    account,
    region,
    service: meter?.serviceName ?? serviceCode,
    serviceCode,
    usageType: `${region}-${usageType}`,
    quantity,
    unit: price?.unit ?? 'N/A',
    usd: quantity * Number(price?.usd ?? 0),
  };
};
