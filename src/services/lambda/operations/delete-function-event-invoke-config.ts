import type { DeleteFunctionEventInvokeConfigCommandInput } from '@aws-sdk/client-lambda';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { deleteEventConfig, getEventConfig } from '../event-configs.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type DeleteFunctionEventInvokeConfig = Operation<
  'DeleteFunctionEventInvokeConfig',
  Input<DeleteFunctionEventInvokeConfigCommandInput>,
  Record<string, never>,
  FunctionResource
>;

/**
 * Lets events be given to a function as AWS does by default.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html
 */
export const deleteFunctionEventInvokeConfig = ({ functions }: Lambda): DeleteFunctionEventInvokeConfig => ({
  name: 'DeleteFunctionEventInvokeConfig',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (_input, { record, qualifier }, { tx }) => {
    getEventConfig(tx, record, qualifier);
    deleteEventConfig(tx, record, qualifier);
    return {};
  },
});
