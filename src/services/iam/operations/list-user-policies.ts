import type { ListUserPoliciesCommandInput, ListUserPoliciesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { listInline } from '../held-listings.ts';
import type { IamUser } from '../users.ts';

type ListUserPolicies = Operation<
  'ListUserPolicies',
  Input<ListUserPoliciesCommandInput>,
  Output<ListUserPoliciesCommandOutput>,
  IamUser
>;

/**
 * Lists the names of the policies that are embedded in a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
 */
export const listUserPolicies: ListUserPolicies = {
  name: 'ListUserPolicies',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: (input, { record }, call) => listInline(input, record, call),
};
