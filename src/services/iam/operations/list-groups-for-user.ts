import type { ListGroupsForUserCommandInput, ListGroupsForUserCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toUser } from '../access.ts';
import { describeGroup } from '../descriptions.ts';
import { listed } from '../listing.ts';
import { memberships } from '../memberships.ts';
import { nameKey } from '../names.ts';
import type { IamUser } from '../users.ts';

type ListGroupsForUser = Operation<
  'ListGroupsForUser',
  Input<ListGroupsForUserCommandInput>,
  Output<ListGroupsForUserCommandOutput>,
  IamUser
>;

/**
 * Lists the groups that a user is in, by name.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
 */
export const listGroupsForUser: ListGroupsForUser = {
  name: 'ListGroupsForUser',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: (input, { record }, call) => {
    const inGroups = memberships.groupsOf(call.tx, record);
    const { items, truncation } = listed(
      input,
      call,
      pageOf(inGroups, ({ groupName }) => nameKey(groupName)),
    );
    return { Groups: items.map(describeGroup), ...truncation };
  },
};
