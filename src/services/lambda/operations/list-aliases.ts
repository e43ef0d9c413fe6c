import type { ListAliasesCommandInput, ListAliasesCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeAlias } from '../aliases.ts';
import { functionArn } from '../function-names.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { listPage } from '../listing.ts';

type ListAliases = Operation<
  'ListAliases',
  Input<ListAliasesCommandInput>,
  Output<ListAliasesCommandOutput>,
  FunctionResource
>;

/**
 * A function's aliases by name; of one version where asked.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html
 */
export const listAliases = ({ functions }: Lambda): ListAliases => ({
  name: 'ListAliases',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (input, { record }, call) => {
    const wanted = input.FunctionVersion;
    const { items, next } = listPage(
      input,
      call,
      `${functionArn(record)} ${wanted}`,
      (page) => functions.aliases(call.tx, record, page),
      ({ version, additional }) => wanted === undefined || version === wanted || additional?.version === wanted,
    );
    return { Aliases: items.map(describeAlias), ...next };
  },
});
