import type {
  GetFunctionConfigurationCommandInput,
  GetFunctionConfigurationCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeVersion } from '../configuration.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetFunctionConfiguration = Operation<
  'GetFunctionConfiguration',
  Input<GetFunctionConfigurationCommandInput>,
  Output<GetFunctionConfigurationCommandOutput>,
  FunctionResource
>;

/**
 * How a version runs; its variables to those who may decrypt them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 */
export const getFunctionConfiguration = ({ functions }: Lambda): GetFunctionConfiguration => ({
  name: 'GetFunctionConfiguration',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (_input, { record, qualifier }, call) =>
    describeVersion(functions.resolve(call.tx, record, qualifier, 1), call, qualifier),
});
