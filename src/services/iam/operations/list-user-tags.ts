import type { ListUserTagsCommandInput, ListUserTagsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { IamUser } from '../users.ts';

type ListUserTags = Operation<
  'ListUserTags',
  Input<ListUserTagsCommandInput>,
  Output<ListUserTagsCommandOutput>,
  IamUser
>;

/**
 * Lists a user's tags by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
 */
export const listUserTags: ListUserTags = {
  name: 'ListUserTags',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
};
