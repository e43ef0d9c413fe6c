import type { DescribeParametersCommandInput, DescribeParametersCommandOutput } from '@aws-sdk/client-ssm';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toMetadata } from '../descriptions.ts';
import { compileFilters } from '../filters.ts';
import { listPage } from '../listing.ts';
import { inRanges, levelOf, oneLevel, rangesOf } from '../name-ranges.ts';
import { anyParameter, type Ssm } from '../ssm.ts';

type DescribeParameters = Operation<
  'DescribeParameters',
  Input<DescribeParametersCommandInput>,
  Output<DescribeParametersCommandOutput>
>;

/**
 * Lists parameters without their values, by name.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 */
export const describeParameters = ({ parameters }: Ssm): DescribeParameters => ({
  name: 'DescribeParameters',
  access: (_input, call) => ({ resource: anyParameter(call) }),
  handle: (input, _resource, call) => {
    const { Filters = [], ParameterFilters, Shared = false } = input;
    if (Filters.length > 0 && ParameterFilters?.length) {
      throw fault('ValidationException', 'You can use either Filters or ParameterFilters in a single request.');
    }
    const old = Filters.map(({ Key, Values }) => ({
      Key: Key!,
      Values: Values!,
      ...(Key === 'Name' && { Option: 'BeginsWith' }),
    }));
    const filters = ParameterFilters ?? old;
    const keeps = compileFilters(filters, ['Path', 'Name', 'Type', 'KeyId', 'Tier'], ['DataType']);
    // What others share is not listed by the account that may use it: nothing here tells who may.
    const keep = Shared ? () => false : keeps;
    const found = inRanges(rangesOf(filters), (page) => parameters.list(call, page));
    const level = levelOf(filters);
    const read = level === undefined ? found : oneLevel(level, found);
    const { items, next } = listPage(input, call, 50, read, keep);
    return { Parameters: items.map(toMetadata), ...next };
  },
});
