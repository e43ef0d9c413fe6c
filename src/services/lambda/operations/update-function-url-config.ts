import type { UpdateFunctionUrlConfigCommandInput, UpdateFunctionUrlConfigCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { noFunctionUrl } from '../function-urls.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type UpdateFunctionUrlConfig = Operation<
  'UpdateFunctionUrlConfig',
  Input<UpdateFunctionUrlConfigCommandInput>,
  Output<UpdateFunctionUrlConfigCommandOutput>,
  FunctionResource
>;

/**
 * No function has a URL.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html
 */
export const updateFunctionUrlConfig = ({ functions }: Lambda): UpdateFunctionUrlConfig => ({
  name: 'UpdateFunctionUrlConfig',
  access: (input, call) => ({
    resource: functions.select(input.FunctionName, call, input.Qualifier),
    conditions: { 'lambda:FunctionUrlAuthType': input.AuthType },
  }),
  handle: () => {
    throw noFunctionUrl();
  },
});
