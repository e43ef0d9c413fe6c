import type { GetDimensionValuesCommandInput, GetDimensionValuesCommandOutput } from '@aws-sdk/client-cost-explorer';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type CostExplorer, ownCosts } from '../cost-explorer.ts';
import { costsIn } from '../costs.ts';
import { dimensionOf, filterOf } from '../dimensions.ts';
import { periodsOf } from '../periods.ts';

type GetDimensionValues = Operation<
  'GetDimensionValues',
  Input<GetDimensionValuesCommandInput>,
  Output<GetDimensionValuesCommandOutput>
>;

/**
 * Tells which values of a dimension the account's usage has.
 *
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetDimensionValues.html
 */
export const getDimensionValues = ({ usage, meters }: CostExplorer): GetDimensionValues => ({
  name: 'GetDimensionValues',
  access: (_input, call) => ownCosts(call),
  handle: async ({ TimePeriod, Dimension, Filter, SearchString = '' }, _resource, call) => {
    const periods = periodsOf(TimePeriod.Start!, TimePeriod.End!, 'MONTHLY', call.now);
    const read = dimensionOf(Dimension);
    const keep = filterOf(Filter);
    await usage.catchUp();
    const book = usage.bookIn(call.tx);
    const costs = periods.flatMap((period) => costsIn(book, meters, call.account, period, call.now)).filter(keep);
    const values = [...new Set(costs.map(read))].filter((value) => value.includes(SearchString)).sort();
    return {
      DimensionValues: values.map((Value) => ({ Value, Attributes: {} })),
      ReturnSize: values.length,
      TotalSize: values.length,
    };
  },
});
