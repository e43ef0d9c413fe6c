import type { GetGroupCommandInput, GetGroupCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import { describeGroup, describeUser } from '../descriptions.ts';
import type { IamGroup } from '../groups.ts';
import { listed } from '../listing.ts';
import { memberships } from '../memberships.ts';

type GetGroup = Operation<'GetGroup', Input<GetGroupCommandInput>, Output<GetGroupCommandOutput>, IamGroup>;

/**
 * Shows a group and, by pages, the users in it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
 */
export const getGroup: GetGroup = {
  name: 'GetGroup',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: (input, { record }, call) => {
    const { items, truncation } = listed(input, call, (page) => memberships.list(call.tx, record, page));
    return { Group: describeGroup(record), Users: items.map(describeUser), ...truncation };
  },
};
