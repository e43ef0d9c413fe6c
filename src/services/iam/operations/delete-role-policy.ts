import type { DeleteRolePolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { deleteInlinePolicy } from '../held-policies.ts';
import { roleHolder } from '../policy-holders.ts';
import { type IamRole, requireModifiable } from '../roles.ts';

type DeleteRolePolicy = Operation<'DeleteRolePolicy', Input<DeleteRolePolicyCommandInput>, void, IamRole>;

/**
 * Deletes a policy that is embedded in a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
 */
export const deleteRolePolicy: DeleteRolePolicy = {
  name: 'DeleteRolePolicy',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: ({ PolicyName }, { record }, { tx }) =>
    deleteInlinePolicy(tx, roleHolder(requireModifiable(record)), PolicyName),
};
