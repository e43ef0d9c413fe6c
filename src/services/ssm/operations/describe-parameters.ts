import type { DescribeParametersCommandInput, DescribeParametersCommandOutput } from '@aws-sdk/client-ssm';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toMetadata } from '../descriptions.ts';
import { compileFilters } from '../filters.ts';
import { listPage } from '../listing.ts';
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
    const keeps = compileFilters(ParameterFilters ?? old, ['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType']);
    // What others share is not listed by the account that may use it: nothing here tells who may.
    const keep = Shared ? () => false : keeps;
    const { items, next } = listPage(input, call, 50, (page) => parameters.list(call, page), keep);
    return { Parameters: items.map(toMetadata), ...next };
  },
});
