import type { CreateServiceLinkedRoleCommandInput, CreateServiceLinkedRoleCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeCreatedRole } from '../descriptions.ts';
import { roleArn } from '../roles.ts';
import { createLinkedRole, linkedPath, linkedRoleName } from '../service-linked-roles.ts';

type CreateServiceLinkedRole = Operation<
  'CreateServiceLinkedRole',
  Input<CreateServiceLinkedRoleCommandInput>,
  Output<CreateServiceLinkedRoleCommandOutput>
>;

/**
 * Creates the role that a service works with in this account; its policy and trust are the service's own.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
 */
export const createServiceLinkedRole: CreateServiceLinkedRole = {
  name: 'CreateServiceLinkedRole',
  access: ({ AWSServiceName, CustomSuffix }, { account }) => ({
    resource: {
      arn: roleArn({
        account,
        path: linkedPath(AWSServiceName),
        roleName: linkedRoleName(AWSServiceName, CustomSuffix),
      }),
      account,
      type: 'AWS::IAM::Role',
    },
    conditions: { 'iam:AWSServiceName': AWSServiceName },
  }),
  handle: ({ AWSServiceName, CustomSuffix, Description }, _role, { tx, account, now }) => {
    const roleName = linkedRoleName(AWSServiceName, CustomSuffix);
    const given = { account, service: AWSServiceName, roleName, description: Description };
    const record = createLinkedRole(tx, given, now);
    return { Role: describeCreatedRole(record, record.trustPolicy.text) };
  },
};
