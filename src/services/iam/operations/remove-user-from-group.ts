import type { RemoveUserFromGroupCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toMembership } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { memberships } from '../memberships.ts';
import { users } from '../users.ts';

type RemoveUserFromGroup = Operation<'RemoveUserFromGroup', Input<RemoveUserFromGroupCommandInput>, void, IamGroup>;

/**
 * Takes a user out of a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
 */
export const removeUserFromGroup: RemoveUserFromGroup = {
  name: 'RemoveUserFromGroup',
  access: ({ GroupName, UserName }, call) => toMembership(call, GroupName, UserName),
  handle: ({ UserName }, { record }, { tx, account }) => {
    memberships.remove(tx, record, users.find(tx, account, UserName)!);
  },
};
