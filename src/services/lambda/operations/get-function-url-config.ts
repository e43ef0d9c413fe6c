import type { GetFunctionUrlConfigCommandInput, GetFunctionUrlConfigCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { noFunctionUrl } from '../function-urls.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetFunctionUrlConfig = Operation<
  'GetFunctionUrlConfig',
  Input<GetFunctionUrlConfigCommandInput>,
  Output<GetFunctionUrlConfigCommandOutput>,
  FunctionResource
>;

/**
 * No function has a URL.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html
 */
export const getFunctionUrlConfig = ({ functions }: Lambda): GetFunctionUrlConfig => ({
  name: 'GetFunctionUrlConfig',
  access: (input, call) => ({
    resource: functions.select(input.FunctionName, call, input.Qualifier),
  }),
  handle: () => {
    throw noFunctionUrl();
  },
});
