import type { CreateFunctionUrlConfigCommandInput, CreateFunctionUrlConfigCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { functionUrlsNotServed } from '../function-urls.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type CreateFunctionUrlConfig = Operation<
  'CreateFunctionUrlConfig',
  Input<CreateFunctionUrlConfigCommandInput>,
  Output<CreateFunctionUrlConfigCommandOutput>,
  FunctionResource
>;

/**
 * Refused: nothing would answer under the URL.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
 */
export const createFunctionUrlConfig = ({ functions }: Lambda): CreateFunctionUrlConfig => ({
  name: 'CreateFunctionUrlConfig',
  access: (input, call) => ({
    resource: functions.select(input.FunctionName, call, input.Qualifier),
    conditions: { 'lambda:FunctionUrlAuthType': input.AuthType },
  }),
  handle: () => {
    throw functionUrlsNotServed();
  },
});
