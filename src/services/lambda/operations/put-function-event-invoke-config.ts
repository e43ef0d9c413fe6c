import type {
  PutFunctionEventInvokeConfigCommandInput,
  PutFunctionEventInvokeConfigCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeEventConfig, putEventConfig } from '../event-configs.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type PutFunctionEventInvokeConfig = Operation<
  'PutFunctionEventInvokeConfig',
  Input<PutFunctionEventInvokeConfigCommandInput>,
  Output<PutFunctionEventInvokeConfigCommandOutput>,
  FunctionResource
>;

/**
 * Says how often and for how long events are tried, and which functions learn what came of them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 */
export const putFunctionEventInvokeConfig = (lambda: Lambda): PutFunctionEventInvokeConfig => ({
  name: 'PutFunctionEventInvokeConfig',
  access: (input, call) => ({ resource: lambda.functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (input, { record, qualifier }, call) =>
    describeEventConfig(putEventConfig(lambda, record, qualifier, input, call)),
});
