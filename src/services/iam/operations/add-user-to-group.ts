import type { AddUserToGroupCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toMembership } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { memberships } from '../memberships.ts';
import { users } from '../users.ts';

type AddUserToGroup = Operation<'AddUserToGroup', Input<AddUserToGroupCommandInput>, void, IamGroup>;

/**
 * Puts a user into a group: the group's policies are the user's, too.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
 */
export const addUserToGroup: AddUserToGroup = {
  name: 'AddUserToGroup',
  access: ({ GroupName, UserName }, call) => toMembership(call, GroupName, UserName),
  handle: ({ UserName }, { record }, { tx, account }) => {
    memberships.add(tx, record, users.find(tx, account, UserName)!);
  },
};
