import type { RemoveUserFromGroupCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { memberships } from '../memberships.ts';
import { noSuchUser, users } from '../users.ts';

type RemoveUserFromGroup = Operation<'RemoveUserFromGroup', Input<RemoveUserFromGroupCommandInput>, void, IamGroup>;

/**
 * Takes a user out of a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
 */
export const removeUserFromGroup: RemoveUserFromGroup = {
  name: 'RemoveUserFromGroup',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: ({ UserName }, { record }, { tx, account }) => {
    const user = users.find(tx, account, UserName);
    if (!user) throw noSuchUser(UserName);
    memberships.remove(tx, record, user);
  },
};
