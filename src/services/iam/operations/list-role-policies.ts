import type { ListRolePoliciesCommandInput, ListRolePoliciesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toRole } from '../access.ts';
import { listInline } from '../held-listings.ts';
import type { IamRole } from '../roles.ts';

type ListRolePolicies = Operation<
  'ListRolePolicies',
  Input<ListRolePoliciesCommandInput>,
  Output<ListRolePoliciesCommandOutput>,
  IamRole
>;

/**
 * Lists the names of the policies that are embedded in a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
 */
export const listRolePolicies: ListRolePolicies = {
  name: 'ListRolePolicies',
  access: ({ RoleName }, call) => toRole(call, RoleName),
  handle: (input, { record }, call) => listInline(input, record, call),
};
