import type { DeleteUserPermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedUser } from '../access.ts';
import { setBoundary } from '../held-policies.ts';
import { userHolder } from '../policy-holders.ts';
import type { IamUser } from '../users.ts';

type DeleteUserPermissionsBoundary = Operation<
  'DeleteUserPermissionsBoundary',
  Input<DeleteUserPermissionsBoundaryCommandInput>,
  void,
  IamUser
>;

/**
 * Lifts a user's permissions boundary.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
 */
export const deleteUserPermissionsBoundary: DeleteUserPermissionsBoundary = {
  name: 'DeleteUserPermissionsBoundary',
  access: ({ UserName }, call) => toBoundedUser(call, UserName),
  handle: (_input, { record }, { tx }) => setBoundary(tx, userHolder(record), undefined),
};
