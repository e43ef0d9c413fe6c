import type {
  GetServiceLinkedRoleDeletionStatusCommandInput,
  GetServiceLinkedRoleDeletionStatusCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { deletionResource, requireDeletionTask } from '../service-linked-roles.ts';

type GetServiceLinkedRoleDeletionStatus = Operation<
  'GetServiceLinkedRoleDeletionStatus',
  Input<GetServiceLinkedRoleDeletionStatusCommandInput>,
  Output<GetServiceLinkedRoleDeletionStatusCommandOutput>
>;

/**
 * Tells how far the deletion of a service's role is.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
 */
export const getServiceLinkedRoleDeletionStatus: GetServiceLinkedRoleDeletionStatus = {
  name: 'GetServiceLinkedRoleDeletionStatus',
  access: ({ DeletionTaskId }, { account }) => ({ resource: deletionResource(account, DeletionTaskId) }),
  handle: ({ DeletionTaskId }, _role, { tx, account }) => {
    requireDeletionTask(tx, account, DeletionTaskId);
    return { Status: 'SUCCEEDED' };
  },
};
