import type { ListInstanceProfileTagsCommandInput, ListInstanceProfileTagsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toInstanceProfile } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { IamInstanceProfile } from '../instance-profiles.ts';

type ListInstanceProfileTags = Operation<
  'ListInstanceProfileTags',
  Input<ListInstanceProfileTagsCommandInput>,
  Output<ListInstanceProfileTagsCommandOutput>,
  IamInstanceProfile
>;

/**
 * Lists an instance profile's tags by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html
 */
export const listInstanceProfileTags: ListInstanceProfileTags = {
  name: 'ListInstanceProfileTags',
  access: ({ InstanceProfileName }, call) => toInstanceProfile(call, InstanceProfileName),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
};
