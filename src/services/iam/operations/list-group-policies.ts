import type { ListGroupPoliciesCommandInput, ListGroupPoliciesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { listInline } from '../held-listings.ts';

type ListGroupPolicies = Operation<
  'ListGroupPolicies',
  Input<ListGroupPoliciesCommandInput>,
  Output<ListGroupPoliciesCommandOutput>,
  IamGroup
>;

/**
 * Lists the names of the policies that are embedded in a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
 */
export const listGroupPolicies: ListGroupPolicies = {
  name: 'ListGroupPolicies',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: (input, { record }, call) => listInline(input, record, call),
};
