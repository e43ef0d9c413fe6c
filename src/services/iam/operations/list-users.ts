import type { ListUsersCommandInput, ListUsersCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { describeUser } from '../descriptions.ts';
import { listed } from '../listing.ts';
import { users } from '../users.ts';

type ListUsers = Operation<'ListUsers', Input<ListUsersCommandInput>, Output<ListUsersCommandOutput>, Resource>;

/**
 * Lists the account's users by name, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
 */
export const listUsers: ListUsers = {
  name: 'ListUsers',
  access: ({ PathPrefix = '/' }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:user${PathPrefix}`, account },
  }),
  handle: (input, _resource, call) => {
    const { PathPrefix = '/' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => users.list(call.tx, call.account, page),
      (user) => user.path.startsWith(PathPrefix),
    );
    return { Users: items.map(describeUser), ...truncation };
  },
};
