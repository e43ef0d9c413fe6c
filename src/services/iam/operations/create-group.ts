import type { CreateGroupCommandInput, CreateGroupCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { createGroupRecord } from '../create.ts';
import { describeGroup } from '../descriptions.ts';
import { groupResource } from '../groups.ts';

type CreateGroup = Operation<'CreateGroup', Input<CreateGroupCommandInput>, Output<CreateGroupCommandOutput>>;

/**
 * Creates a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
 */
export const createGroup: CreateGroup = {
  name: 'CreateGroup',
  access: ({ GroupName, Path = '/' }, { account }) => ({
    resource: groupResource({ account, path: Path, groupName: GroupName }),
  }),
  handle: ({ GroupName, Path }, _group, { tx, account, now }) => ({
    Group: describeGroup(createGroupRecord(tx, { account, groupName: GroupName, path: Path }, now)),
  }),
};
