import type {
  GetCostAndUsageCommandInput,
  GetCostAndUsageCommandOutput,
  GroupDefinition,
  MetricValue,
} from '@aws-sdk/client-cost-explorer';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type CostExplorer, ownCosts } from '../cost-explorer.ts';
import { type Cost, costsIn } from '../costs.ts';
import { dimensionOf, filterOf } from '../dimensions.ts';
import { formatInstant, periodsOf } from '../periods.ts';

type GetCostAndUsage = Operation<
  'GetCostAndUsage',
  Input<GetCostAndUsageCommandInput>,
  Output<GetCostAndUsageCommandOutput>
>;

/**
 * Tells what the account used, metered from the journal up to this moment, and what AWS would ask for it. Without
 * discounts and free tiers all kinds of cost are alike.
 *
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
 */
export const getCostAndUsage = ({ usage, meters }: CostExplorer): GetCostAndUsage => ({
  name: 'GetCostAndUsage',
  access: (_input, call) => ownCosts(call),
  handle: async ({ TimePeriod, Granularity, Filter, GroupBy = [], Metrics }, _resource, call) => {
    const { Start, End } = TimePeriod;
    const periods = periodsOf(Start!, End!, Granularity, call.now);
    const keep = filterOf(Filter);
    const group = groupingOf(GroupBy);
    const measures = Metrics.map(measureOf);
    await usage.catchUp();
    const book = usage.bookIn(call.tx);
    const ResultsByTime = periods.map((period) => {
      const costs = costsIn(book, meters, call.account, period, call.now).filter(keep);
      const total = (of: readonly Cost[]) => Object.fromEntries(measures.map(([name, measure]) => [name, measure(of)]));
      return {
        TimePeriod: { Start: formatInstant(period.from, Granularity), End: formatInstant(period.to, Granularity) },
        Total: GroupBy.length > 0 ? {} : total(costs),
        Groups: GroupBy.length > 0 ? group(costs).map(([Keys, of]) => ({ Keys: [...Keys], Metrics: total(of) })) : [],
        Estimated: period.to > call.now.getTime(),
      };
    });
    return {
      ...(GroupBy.length > 0 && { GroupDefinitions: [...GroupBy] }),
      ResultsByTime,
      DimensionValueAttributes: [],
    };
  },
});

const maxGroups = 2;

const groupingOf = (
  definitions: readonly GroupDefinition[],
): ((costs: readonly Cost[]) => [keys: readonly string[], costs: readonly Cost[]][]) => {
  if (definitions.length > maxGroups) throw fault('ValidationException', 'You can group by up to two dimensions');
  const dimensions = definitions.map(({ Type, Key = '' }) => {
    if (Type !== 'DIMENSION') throw fault('ValidationException', 'Costs are grouped by DIMENSION only here');
    return dimensionOf(Key);
  });
  return (costs) => {
    const groups = Map.groupBy(costs, (cost) => JSON.stringify(dimensions.map((read) => read(cost))));
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([keys, of]) => [JSON.parse(keys), of]);
  };
};

const costMetrics = new Set(['AmortizedCost', 'BlendedCost', 'NetAmortizedCost', 'NetUnblendedCost', 'UnblendedCost']);

/** @param metric in AWS's spelling, or in capitals as GetCostForecast takes it */
const measureOf = (metric: string): readonly [name: string, measure: (costs: readonly Cost[]) => MetricValue] => {
  const known = [...costMetrics, 'UsageQuantity'];
  const name = known.find(
    (candidate) => candidate === metric || candidate.toUpperCase() === metric.replaceAll('_', ''),
  );
  if (!name)
    throw fault('ValidationException', `Metric ${metric} is not supported here; supported: ${known.join(', ')}`);
  if (costMetrics.has(name)) {
    return [name, (costs) => ({ Amount: amount(costs.reduce((sum, { usd }) => sum + usd, 0)), Unit: 'USD' })];
  }
  return [
    name,
    (costs) => {
      const units = new Set(costs.map(({ unit }) => unit));
      return {
        Amount: amount(costs.reduce((sum, { quantity }) => sum + quantity, 0)),
        Unit: units.size === 1 ? [...units][0]! : 'N/A',
      };
    },
  ];
};

/** Ten decimals at most, without zeros at the end. */
const amount = (value: number): string => String(Number(value.toFixed(10)));
