import type { DeleteRolePermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { setBoundary } from '../held-policies.ts';
import { roleHolder } from '../policy-holders.ts';
import { type IamRole, requireModifiable } from '../roles.ts';

type DeleteRolePermissionsBoundary = Operation<
  'DeleteRolePermissionsBoundary',
  Input<DeleteRolePermissionsBoundaryCommandInput>,
  void,
  IamRole
>;

/**
 * Lifts a role's permissions boundary.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
 */
export const deleteRolePermissionsBoundary: DeleteRolePermissionsBoundary = {
  name: 'DeleteRolePermissionsBoundary',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: (_input, { record }, { tx }) => setBoundary(tx, roleHolder(requireModifiable(record)), undefined),
};
