import type { GetFunctionCommandInput, GetFunctionCommandOutput } from '@aws-sdk/client-lambda';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeVersion } from '../configuration.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetFunction = Operation<
  'GetFunction',
  Input<GetFunctionCommandInput>,
  Output<GetFunctionCommandOutput>,
  FunctionResource
>;

/**
 * A function with its configuration, tags and reserved concurrency. The package itself is not given out: there is no
 * storage that a presigned URL could lead to.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
 */
export const getFunction = ({ functions }: Lambda): GetFunction => ({
  name: 'GetFunction',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (_input, { record, qualifier }, call) => {
    const version = functions.resolve(call.tx, record, qualifier, 1);
    const { tags, reservedConcurrency } = record;
    return eventually(describeVersion(version, call, qualifier), (Configuration) => ({
      Configuration,
      Code: { RepositoryType: 'S3' },
      ...(Object.keys(tags).length > 0 && { Tags: { ...tags } }),
      ...(reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    }));
  },
});
