import type { ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toPolicy } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { IamPolicy } from '../policies.ts';

type ListPolicyTags = Operation<
  'ListPolicyTags',
  Input<ListPolicyTagsCommandInput>,
  Output<ListPolicyTagsCommandOutput>,
  IamPolicy
>;

/**
 * Lists a managed policy's tags by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
 */
export const listPolicyTags: ListPolicyTags = {
  name: 'ListPolicyTags',
  access: ({ PolicyArn }, call) => toPolicy(call, PolicyArn),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
};
