import type { GetAliasCommandInput, GetAliasCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { aliasResource, describeAlias } from '../aliases.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetAlias = Operation<'GetAlias', Input<GetAliasCommandInput>, Output<GetAliasCommandOutput>, FunctionResource>;

/**
 * What an alias stands for.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html
 */
export const getAlias = ({ functions }: Lambda): GetAlias => ({
  name: 'GetAlias',
  access: (input, call) => ({ resource: aliasResource(functions, input.FunctionName, input.Name, call) }),
  handle: (input, { record }, { tx }) => describeAlias(functions.alias(tx, record, input.Name)!),
});
