import type {
  GetFunctionEventInvokeConfigCommandInput,
  GetFunctionEventInvokeConfigCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeEventConfig, getEventConfig } from '../event-configs.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetFunctionEventInvokeConfig = Operation<
  'GetFunctionEventInvokeConfig',
  Input<GetFunctionEventInvokeConfigCommandInput>,
  Output<GetFunctionEventInvokeConfigCommandOutput>,
  FunctionResource
>;

/**
 * How events are given to a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html
 */
export const getFunctionEventInvokeConfig = ({ functions }: Lambda): GetFunctionEventInvokeConfig => ({
  name: 'GetFunctionEventInvokeConfig',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (_input, { record, qualifier }, { tx }) => describeEventConfig(getEventConfig(tx, record, qualifier)),
});
