import type { ListRoleTagsCommandInput, ListRoleTagsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toRole } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { IamRole } from '../roles.ts';

type ListRoleTags = Operation<
  'ListRoleTags',
  Input<ListRoleTagsCommandInput>,
  Output<ListRoleTagsCommandOutput>,
  IamRole
>;

/**
 * Lists a role's tags by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
 */
export const listRoleTags: ListRoleTags = {
  name: 'ListRoleTags',
  access: ({ RoleName }, call) => toRole(call, RoleName),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
};
