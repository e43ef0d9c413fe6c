import type { ListAttachedUserPoliciesCommandInput, ListAttachedUserPoliciesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { listAttached } from '../held-listings.ts';
import type { IamUser } from '../users.ts';

type ListAttachedUserPolicies = Operation<
  'ListAttachedUserPolicies',
  Input<ListAttachedUserPoliciesCommandInput>,
  Output<ListAttachedUserPoliciesCommandOutput>,
  IamUser
>;

/**
 * Lists the managed policies that are attached to a user, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
 */
export const listAttachedUserPolicies: ListAttachedUserPolicies = {
  name: 'ListAttachedUserPolicies',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: (input, { record }, call) => listAttached(input, record, call),
};
