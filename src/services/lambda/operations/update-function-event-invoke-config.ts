import type {
  UpdateFunctionEventInvokeConfigCommandInput,
  UpdateFunctionEventInvokeConfigCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeEventConfig, getEventConfig, putEventConfig } from '../event-configs.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type UpdateFunctionEventInvokeConfig = Operation<
  'UpdateFunctionEventInvokeConfig',
  Input<UpdateFunctionEventInvokeConfigCommandInput>,
  Output<UpdateFunctionEventInvokeConfigCommandOutput>,
  FunctionResource
>;

/**
 * Changes how events are given to a function; what the request does not name stays.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html
 */
export const updateFunctionEventInvokeConfig = (lambda: Lambda): UpdateFunctionEventInvokeConfig => ({
  name: 'UpdateFunctionEventInvokeConfig',
  access: (input, call) => ({ resource: lambda.functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (input, { record, qualifier }, call) => {
    const before = getEventConfig(call.tx, record, qualifier);
    return describeEventConfig(putEventConfig(lambda, record, qualifier, input, call, before));
  },
});
