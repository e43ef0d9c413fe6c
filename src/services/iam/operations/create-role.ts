import type { CreateRoleCommandInput, CreateRoleCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { createRoleRecord, serviceLinkedPath } from '../create-role-record.ts';
import { describeCreatedRole } from '../descriptions.ts';
import { setBoundary } from '../held-policies.ts';
import type { Iam } from '../iam.ts';
import { roleHolder } from '../policy-holders.ts';
import { roleArn, roles } from '../roles.ts';
import { anyCaseTags, firstTags } from '../tags.ts';
import { acceptTrustPolicy, displayTrustPolicy } from '../trust-policies.ts';

type CreateRole = Operation<
  'CreateRole',
  Input<CreateRoleCommandInput>,
  Output<CreateRoleCommandOutput>,
  readonly Resource[]
>;

/**
 * Creates a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export const createRole = ({ principals }: Iam): CreateRole => ({
  name: 'CreateRole',
  access: ({ RoleName, Path = '/', PermissionsBoundary, Tags }, { account }) => {
    const resource = { arn: roleArn({ account, path: Path, roleName: RoleName }), account, type: 'AWS::IAM::Role' };
    const conditions = { 'iam:PermissionsBoundary': PermissionsBoundary };
    return creatingWithTags({ resource, conditions }, 'iam:TagRole', Tags);
  },
  handle: (input, _role, { tx, account, now }) => {
    const { RoleName, Path, PermissionsBoundary, Tags, Description, MaxSessionDuration } = input;
    if (Path?.startsWith(serviceLinkedPath)) {
      throw fault('InvalidInput', `The path ${serviceLinkedPath} is reserved for service-linked roles.`);
    }
    const given = {
      account,
      roleName: RoleName,
      path: Path,
      description: Description,
      maxSessionSeconds: MaxSessionDuration,
      trustPolicy: acceptTrustPolicy(input.AssumeRolePolicyDocument, tx, principals),
      tags: firstTags(Tags, anyCaseTags),
    };
    const created = createRoleRecord(tx, given, now);
    if (PermissionsBoundary !== undefined) setBoundary(tx, roleHolder(created), PermissionsBoundary);
    const record = roles.find(tx, account, RoleName)!;
    return { Role: describeCreatedRole(record, displayTrustPolicy(record.trustPolicy, tx, principals)) };
  },
});
