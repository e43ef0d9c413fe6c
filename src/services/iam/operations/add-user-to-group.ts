import type { AddUserToGroupCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { memberships } from '../memberships.ts';
import { noSuchUser, users } from '../users.ts';

type AddUserToGroup = Operation<'AddUserToGroup', Input<AddUserToGroupCommandInput>, void, IamGroup>;

/**
 * Puts a user into a group: the group's policies are the user's, too.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
 */
export const addUserToGroup: AddUserToGroup = {
  name: 'AddUserToGroup',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: ({ UserName }, { record }, { tx, account }) => {
    const user = users.find(tx, account, UserName);
    if (!user) throw noSuchUser(UserName);
    memberships.add(tx, record, user);
  },
};
