import type { DeleteFunctionConcurrencyCommandInput } from '@aws-sdk/client-lambda';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type DeleteFunctionConcurrency = Operation<
  'DeleteFunctionConcurrency',
  Input<DeleteFunctionConcurrencyCommandInput>,
  Record<string, never>,
  FunctionResource
>;

/**
 * Lets a function share the executions of the account again.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html
 */
export const deleteFunctionConcurrency = ({ functions }: Lambda): DeleteFunctionConcurrency => ({
  name: 'DeleteFunctionConcurrency',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (_input, { record }, { tx }) => {
    const { reservedConcurrency: _reserved, ...rest } = record;
    functions.put(tx, rest);
    return {};
  },
});
