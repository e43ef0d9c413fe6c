import type { AddPermissionCommandInput, AddPermissionCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type FunctionResource, requireRevision } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { statementOf, withStatement } from '../permissions.ts';

type AddPermission = Operation<
  'AddPermission',
  Input<AddPermissionCommandInput>,
  Output<AddPermissionCommandOutput>,
  FunctionResource
>;

/**
 * Lets a service, an account or a principal use a function: one more statement of its resource policy.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export const addPermission = ({ functions, principals }: Lambda): AddPermission => ({
  name: 'AddPermission',
  access: (input, call) => ({
    resource: functions.select(input.FunctionName, call, input.Qualifier),
    conditions: { 'lambda:Principal': input.Principal, 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType },
  }),
  handle: (input, { record, qualifier, arn }, call) => {
    if (qualifier === '$LATEST') throw fault('InvalidParameterValueException', notForLatest);
    requireRevision(input.RevisionId, record);
    const statement = statementOf(input, arn, principals, call);
    functions.put(call.tx, { ...record, permissions: withStatement(record, qualifier, statement) });
    return { Statement: statement.text };
  },
});

const notForLatest = 'We currently do not support adding policies for $LATEST.';
