import type { RemovePermissionCommandInput } from '@aws-sdk/client-lambda';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type FunctionResource, requireRevision } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { statementConditions, withoutStatement } from '../permissions.ts';

type RemovePermission = Operation<
  'RemovePermission',
  Input<RemovePermissionCommandInput>,
  Record<string, never>,
  FunctionResource
>;

/**
 * Takes a statement out of a function's resource policy.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
 */
export const removePermission = ({ functions }: Lambda): RemovePermission => ({
  name: 'RemovePermission',
  access: (input, call) => {
    const resource = functions.select(input.FunctionName, call, input.Qualifier);
    return { resource, conditions: statementConditions(resource, input.StatementId) };
  },
  handle: (input, { record, qualifier }, { tx }) => {
    requireRevision(input.RevisionId, record);
    functions.put(tx, { ...record, permissions: withoutStatement(record, qualifier, input.StatementId) });
    return {};
  },
});
