import type { DeleteRoleCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { deleteRoleRecord } from '../delete-role-record.ts';
import { requireNoPolicies } from '../held-policies.ts';
import { type IamRole, requireModifiable } from '../roles.ts';

type DeleteRole = Operation<'DeleteRole', Input<DeleteRoleCommandInput>, void, IamRole>;

/**
 * Deletes a role that has nothing left. Its sessions end with it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
export const deleteRole: DeleteRole = {
  name: 'DeleteRole',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: (_input, { record }, { tx }) => {
    requireModifiable(record);
    if (record.instanceProfileNames.length > 0) {
      throw fault('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.');
    }
    requireNoPolicies(record);
    deleteRoleRecord(tx, record);
  },
};
