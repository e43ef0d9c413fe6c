import type { DeleteUserCommandInput } from '@aws-sdk/client-iam';
import { type Fault, fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { accounts } from '../accounts.ts';
import { requireNoPolicies, setBoundary } from '../held-policies.ts';
import { userHolder } from '../policy-holders.ts';
import { type IamUser, type UserRecord, users } from '../users.ts';

type DeleteUser = Operation<'DeleteUser', Input<DeleteUserCommandInput>, void, IamUser>;

/**
 * Deletes a user that has nothing left: IAM wants policies and access keys gone before.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
export const deleteUser: DeleteUser = {
  name: 'DeleteUser',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: (_input, { record }, { tx, account }) => {
    requireNothingLeft(record);
    if (record.permissionsBoundary !== undefined) setBoundary(tx, userHolder(record), undefined);
    users.delete(tx, record);
    accounts.countOneLess(tx, account, 'UsersPerAccount');
  },
};

const requireNothingLeft = (user: UserRecord): void => {
  if (user.groupNames.length > 0) throw conflict('must remove users from group first.');
  requireNoPolicies(user);
  if (user.accessKeyIds.length > 0) throw conflict('must delete access keys first.');
};

const conflict = (what: string): Fault => fault('DeleteConflict', `Cannot delete entity, ${what}`);
