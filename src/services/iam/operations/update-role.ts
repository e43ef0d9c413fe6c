import type { UpdateRoleCommandInput, UpdateRoleCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { type IamRole, requireModifiable, roles, withDescription } from '../roles.ts';

type UpdateRole = Operation<'UpdateRole', Input<UpdateRoleCommandInput>, Output<UpdateRoleCommandOutput>, IamRole>;

/**
 * Changes a role's description and how long its sessions may last; of a service-linked role only the description.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
 */
export const updateRole: UpdateRole = {
  name: 'UpdateRole',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: ({ Description, MaxSessionDuration }, { record }, { tx }) => {
    if (MaxSessionDuration !== undefined) requireModifiable(record);
    const described = withDescription(record, Description);
    roles.put(tx, { ...described, maxSessionSeconds: MaxSessionDuration ?? record.maxSessionSeconds });
    return {};
  },
};
