import type {
  GetFunctionCodeSigningConfigCommandInput,
  GetFunctionCodeSigningConfigCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetFunctionCodeSigningConfig = Operation<
  'GetFunctionCodeSigningConfig',
  Input<GetFunctionCodeSigningConfigCommandInput>,
  Partial<Output<GetFunctionCodeSigningConfigCommandOutput>>,
  FunctionResource
>;

/**
 * Which signatures the code of a function must have: none is asked for, and the answer is empty, as AWS's is of a function
 * without such a configuration.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html
 */
export const getFunctionCodeSigningConfig = ({ functions }: Lambda): GetFunctionCodeSigningConfig => ({
  name: 'GetFunctionCodeSigningConfig',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: () => ({}),
});
