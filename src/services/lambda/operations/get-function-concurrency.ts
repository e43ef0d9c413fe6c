import type { GetFunctionConcurrencyCommandInput, GetFunctionConcurrencyCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetFunctionConcurrency = Operation<
  'GetFunctionConcurrency',
  Input<GetFunctionConcurrencyCommandInput>,
  Output<GetFunctionConcurrencyCommandOutput>,
  FunctionResource
>;

/**
 * How many executions a function has reserved; nothing where it has none.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html
 */
export const getFunctionConcurrency = ({ functions }: Lambda): GetFunctionConcurrency => ({
  name: 'GetFunctionConcurrency',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (_input, { record: { reservedConcurrency } }) =>
    reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency },
});
