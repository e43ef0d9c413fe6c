import type {
  ListFunctionEventInvokeConfigsCommandInput,
  ListFunctionEventInvokeConfigsCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeEventConfig, listEventConfigs } from '../event-configs.ts';
import { functionArn } from '../function-names.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { listPage } from '../listing.ts';

type ListFunctionEventInvokeConfigs = Operation<
  'ListFunctionEventInvokeConfigs',
  Input<ListFunctionEventInvokeConfigsCommandInput>,
  Output<ListFunctionEventInvokeConfigsCommandOutput>,
  FunctionResource
>;

/**
 * How events are given to a function and to its versions and aliases.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html
 */
export const listFunctionEventInvokeConfigs = ({ functions }: Lambda): ListFunctionEventInvokeConfigs => ({
  name: 'ListFunctionEventInvokeConfigs',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (input, { record }, call) => {
    const read = (page: Parameters<typeof listEventConfigs>[2]) => listEventConfigs(call.tx, record, page);
    const { items, next } = listPage(input, call, functionArn(record), read);
    return { FunctionEventInvokeConfigs: items.map(describeEventConfig), ...next };
  },
});
