import type { ListVersionsByFunctionCommandInput, ListVersionsByFunctionCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { summaryOf } from '../configuration.ts';
import { functionArn } from '../function-names.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { listPage } from '../listing.ts';

type ListVersionsByFunction = Operation<
  'ListVersionsByFunction',
  Input<ListVersionsByFunctionCommandInput>,
  Output<ListVersionsByFunctionCommandOutput>,
  FunctionResource
>;

/**
 * `$LATEST`, then the published versions by number.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html
 */
export const listVersionsByFunction = ({ functions }: Lambda): ListVersionsByFunction => ({
  name: 'ListVersionsByFunction',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (input, { record }, call) => {
    const { items, next } = listPage(input, call, functionArn(record), (page) =>
      functions.versions(call.tx, record, page),
    );
    const first = input.Marker === undefined ? [summaryOf(record, '$LATEST')] : [];
    return { Versions: [...first, ...items.map((version) => summaryOf(version))], ...next };
  },
});
