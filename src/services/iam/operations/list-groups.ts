import type { ListGroupsCommandInput, ListGroupsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeGroup } from '../descriptions.ts';
import { groups } from '../groups.ts';
import { listed } from '../listing.ts';

type ListGroups = Operation<'ListGroups', Input<ListGroupsCommandInput>, Output<ListGroupsCommandOutput>>;

/**
 * Lists the account's groups by name, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
 */
export const listGroups: ListGroups = {
  name: 'ListGroups',
  access: ({ PathPrefix = '/' }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:group${PathPrefix}`, account },
  }),
  handle: (input, _resource, call) => {
    const { PathPrefix = '/' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => groups.list(call.tx, call.account, page),
      ({ path }) => path.startsWith(PathPrefix),
    );
    return { Groups: items.map(describeGroup), ...truncation };
  },
};
