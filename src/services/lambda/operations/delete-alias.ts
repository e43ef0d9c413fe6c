import type { DeleteAliasCommandInput } from '@aws-sdk/client-lambda';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type DeleteAlias = Operation<'DeleteAlias', Input<DeleteAliasCommandInput>, Record<string, never>, FunctionResource>;

/**
 * Deletes an alias; one that does not exist, too.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
 */
export const deleteAlias = ({ functions }: Lambda): DeleteAlias => ({
  name: 'DeleteAlias',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (input, { record }, { tx }) => {
    const alias = functions.alias(tx, record, input.Name);
    if (alias) functions.deleteAlias(tx, alias);
    return {};
  },
});
