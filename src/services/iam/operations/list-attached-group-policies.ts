import type {
  ListAttachedGroupPoliciesCommandInput,
  ListAttachedGroupPoliciesCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { listAttached } from '../held-listings.ts';

type ListAttachedGroupPolicies = Operation<
  'ListAttachedGroupPolicies',
  Input<ListAttachedGroupPoliciesCommandInput>,
  Output<ListAttachedGroupPoliciesCommandOutput>,
  IamGroup
>;

/**
 * Lists the managed policies that are attached to a group, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
 */
export const listAttachedGroupPolicies: ListAttachedGroupPolicies = {
  name: 'ListAttachedGroupPolicies',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: (input, { record }, call) => listAttached(input, record, call),
};
