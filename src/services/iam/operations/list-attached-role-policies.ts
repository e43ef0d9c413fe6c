import type { ListAttachedRolePoliciesCommandInput, ListAttachedRolePoliciesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toRole } from '../access.ts';
import { listAttached } from '../held-listings.ts';
import type { IamRole } from '../roles.ts';

type ListAttachedRolePolicies = Operation<
  'ListAttachedRolePolicies',
  Input<ListAttachedRolePoliciesCommandInput>,
  Output<ListAttachedRolePoliciesCommandOutput>,
  IamRole
>;

/**
 * Lists the managed policies that are attached to a role, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
 */
export const listAttachedRolePolicies: ListAttachedRolePolicies = {
  name: 'ListAttachedRolePolicies',
  access: ({ RoleName }, call) => toRole(call, RoleName),
  handle: (input, { record }, call) => listAttached(input, record, call),
};
