import type { ListFunctionUrlConfigsCommandInput, ListFunctionUrlConfigsCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type ListFunctionUrlConfigs = Operation<
  'ListFunctionUrlConfigs',
  Input<ListFunctionUrlConfigsCommandInput>,
  Output<ListFunctionUrlConfigsCommandOutput>,
  FunctionResource
>;

/**
 * The URLs of a function: none.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
 */
export const listFunctionUrlConfigs = ({ functions }: Lambda): ListFunctionUrlConfigs => ({
  name: 'ListFunctionUrlConfigs',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: () => ({ FunctionUrlConfigs: [] }),
});
