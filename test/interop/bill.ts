import type { Stage } from './stage.ts';

const dayMs = 86_400_000;

interface BillLine {
  readonly Keys: readonly string[];
  readonly Metrics: Readonly<Record<'UnblendedCost' | 'UsageQuantity', { readonly Amount: string }>>;
}

/** Dollars and quantity of each kind of usage, by its name without the Region. */
export type Bill = Readonly<Record<string, readonly [usd: number, quantity: number]>>;

/** What Cost Explorer says that a service cost in a Region this month, asked through the client under test. */
export const billOf = async (stage: Stage, service: string, region: string): Promise<Bill> => {
  const now = new Date(await stage.now());
  const month = (ahead: number): string =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)).toISOString().slice(0, 10);
  const { ResultsByTime } = await stage.call('ce:GetCostAndUsage', {
    TimePeriod: { Start: month(0), End: month(1) },
    Granularity: 'MONTHLY',
    Metrics: ['UnblendedCost', 'UsageQuantity'],
    GroupBy: [{ Type: 'DIMENSION', Key: 'USAGE_TYPE' }],
    Filter: {
      And: [{ Dimensions: { Key: 'SERVICE', Values: [service] } }, { Dimensions: { Key: 'REGION', Values: [region] } }],
    },
  });
  return Object.fromEntries(
    ResultsByTime[0].Groups.map(({ Keys, Metrics }: BillLine) => [
      Keys[0]!.slice(region.length + 1),
      [Number(Metrics.UnblendedCost.Amount), Number(Metrics.UsageQuantity.Amount)],
    ]),
  );
};

/** Lets time pass until a month has its half left. */
export const toTheMiddleOfAMonth = async (stage: Stage): Promise<void> => {
  const now = new Date(await stage.now());
  const middle = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 15);
  await stage.advance((middle - now.getTime()) / dayMs);
};

/** Hours of the month that the server is in: what is paid by the month is paid by these. */
export const hoursOfMonth = async (stage: Stage): Promise<number> => {
  const now = new Date(await stage.now());
  return 24 * new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 0)).getUTCDate();
};
