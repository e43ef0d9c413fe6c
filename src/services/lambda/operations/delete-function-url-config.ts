import type { DeleteFunctionUrlConfigCommandInput } from '@aws-sdk/client-lambda';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { noFunctionUrl } from '../function-urls.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type DeleteFunctionUrlConfig = Operation<
  'DeleteFunctionUrlConfig',
  Input<DeleteFunctionUrlConfigCommandInput>,
  Record<string, never>,
  FunctionResource
>;

/**
 * No function has a URL.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html
 */
export const deleteFunctionUrlConfig = ({ functions }: Lambda): DeleteFunctionUrlConfig => ({
  name: 'DeleteFunctionUrlConfig',
  access: (input, call) => ({
    resource: functions.select(input.FunctionName, call, input.Qualifier),
  }),
  handle: () => {
    throw noFunctionUrl();
  },
});
