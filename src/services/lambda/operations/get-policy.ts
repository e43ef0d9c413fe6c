import type { GetPolicyCommandInput, GetPolicyCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { displayStored } from '../../../kernel/stored-policy.ts';
import { type FunctionResource, policyText } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type GetPolicy = Operation<'GetPolicy', Input<GetPolicyCommandInput>, Output<GetPolicyCommandOutput>, FunctionResource>;

/**
 * The resource policy of a function, or of one version or alias.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 */
export const getPolicy = ({ functions, principals }: Lambda): GetPolicy => ({
  name: 'GetPolicy',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (_input, { record, qualifier }, { tx }) => {
    const statements = record.permissions[qualifier ?? ''] ?? [];
    if (statements.length === 0) {
      throw fault('ResourceNotFoundException', 'The resource you requested does not exist.', {
        members: { Type: 'User' },
      });
    }
    const named = Object.assign({}, ...statements.map((statement) => statement.principals)) as Record<string, string>;
    const stored = { text: policyText(statements), principals: named };
    return { Policy: displayStored(stored, tx, principals, JSON.stringify), RevisionId: record.revisionId };
  },
});
