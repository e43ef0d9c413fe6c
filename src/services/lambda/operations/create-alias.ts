import { randomUUID } from 'node:crypto';
import type { CreateAliasCommandInput, CreateAliasCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeAlias, routing } from '../aliases.ts';
import { functionArn } from '../function-names.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type CreateAlias = Operation<
  'CreateAlias',
  Input<CreateAliasCommandInput>,
  Output<CreateAliasCommandOutput>,
  FunctionResource
>;

/**
 * Names a version.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
 */
export const createAlias = ({ functions }: Lambda): CreateAlias => ({
  name: 'CreateAlias',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (input, { record }, call) => {
    const { account, region, name } = record;
    const { Name: alias, Description: description = '' } = input;
    if (functions.alias(call.tx, record, alias)) {
      throw fault('ResourceConflictException', `Alias already exists: ${functionArn(record, alias)}`, {
        members: { Type: 'User' },
      });
    }
    const route = routing(functions, call, record, input.FunctionVersion, input.RoutingConfig);
    const created = { account, region, name, alias, description, ...route, revisionId: randomUUID() };
    functions.putAlias(call.tx, created);
    return describeAlias(created);
  },
});
