import type { GetRolePolicyCommandInput, GetRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toRole } from '../access.ts';
import { getInlinePolicy } from '../held-policies.ts';
import { encodeDocument } from '../policy-documents.ts';
import { roleHolder } from '../policy-holders.ts';
import type { IamRole } from '../roles.ts';

type GetRolePolicy = Operation<
  'GetRolePolicy',
  Input<GetRolePolicyCommandInput>,
  Output<GetRolePolicyCommandOutput>,
  IamRole
>;

/**
 * Shows a policy that is embedded in a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export const getRolePolicy: GetRolePolicy = {
  name: 'GetRolePolicy',
  access: ({ RoleName }, call) => toRole(call, RoleName),
  handle: ({ PolicyName }, { record }) => {
    const { policyName, document } = getInlinePolicy(roleHolder(record), PolicyName);
    return { RoleName: record.roleName, PolicyName: policyName, PolicyDocument: encodeDocument(document) };
  },
};
