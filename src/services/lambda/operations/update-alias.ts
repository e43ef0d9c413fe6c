import { randomUUID } from 'node:crypto';
import type { UpdateAliasCommandInput, UpdateAliasCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { aliasResource, describeAlias, routing } from '../aliases.ts';
import { type FunctionResource, requireRevision } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type UpdateAlias = Operation<
  'UpdateAlias',
  Input<UpdateAliasCommandInput>,
  Output<UpdateAliasCommandOutput>,
  FunctionResource
>;

/**
 * Lets an alias stand for another version; what the request does not name stays.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
 */
export const updateAlias = ({ functions }: Lambda): UpdateAlias => ({
  name: 'UpdateAlias',
  access: (input, call) => ({ resource: aliasResource(functions, input.FunctionName, input.Name, call) }),
  handle: (input, { record }, call) => {
    const before = functions.alias(call.tx, record, input.Name)!;
    requireRevision(input.RevisionId, before);
    const { additional, ...rest } = before;
    const kept = additional && { AdditionalVersionWeights: { [additional.version]: additional.weight } };
    const version = input.FunctionVersion ?? before.version;
    const updated = {
      ...rest,
      description: input.Description ?? before.description,
      ...routing(functions, call, record, version, input.RoutingConfig ?? kept),
      revisionId: randomUUID(),
    };
    functions.putAlias(call.tx, updated);
    return describeAlias(updated);
  },
});
