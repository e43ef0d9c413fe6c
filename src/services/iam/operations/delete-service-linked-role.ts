import type { DeleteServiceLinkedRoleCommandInput, DeleteServiceLinkedRoleCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toRole } from '../access.ts';
import type { IamRole } from '../roles.ts';
import { deleteLinkedRole } from '../service-linked-roles.ts';

type DeleteServiceLinkedRole = Operation<
  'DeleteServiceLinkedRole',
  Input<DeleteServiceLinkedRoleCommandInput>,
  Output<DeleteServiceLinkedRoleCommandOutput>,
  IamRole
>;

/**
 * Deletes the role of a service. The answer names the task that GetServiceLinkedRoleDeletionStatus reports on.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
 */
export const deleteServiceLinkedRole: DeleteServiceLinkedRole = {
  name: 'DeleteServiceLinkedRole',
  access: ({ RoleName }, call) => toRole(call, RoleName),
  handle: (_input, { record }, { tx, account }) => ({ DeletionTaskId: deleteLinkedRole(tx, account, record) }),
};
