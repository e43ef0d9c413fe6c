import type { UpdateUserCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Resource } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { userReference } from '../access-key-owners.ts';
import type { Iam } from '../iam.ts';
import { nameKey } from '../names.ts';
import { type IamUser, userArn, users } from '../users.ts';

type UpdateUser = Operation<'UpdateUser', Input<UpdateUserCommandInput>, void, readonly [IamUser, Resource]>;

/**
 * Gives a user another name, another path or both. The unique id stays, and with it access keys, policies and grants.
 *
 * The caller needs permission on the user as it is and as it will be.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
 */
export const updateUser = ({ accessKeys }: Iam): UpdateUser => ({
  name: 'UpdateUser',
  access: ({ UserName, NewUserName, NewPath }, call) => {
    const user = toUser(call, UserName);
    const path = NewPath ?? ('record' in user.resource ? user.resource.record.path : '/');
    const arn = userArn({ account: call.account, path, userName: NewUserName ?? UserName });
    return [user, { resource: { arn, account: call.account } }];
  },
  handle: ({ NewUserName, NewPath }, [{ record }], { tx, account }) => {
    const userName = NewUserName ?? record.userName;
    const updated = { ...record, userName, path: NewPath ?? record.path };
    if (nameKey(userName) !== nameKey(record.userName)) {
      if (users.find(tx, account, userName)) {
        throw fault('EntityAlreadyExists', `User with name ${userName} already exists.`);
      }
      users.delete(tx, record);
    }
    users.put(tx, updated);
    accessKeys.rename(tx, record.accessKeyIds, userReference(updated));
  },
});
