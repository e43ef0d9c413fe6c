import type { PutRolePermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toRole } from '../access.ts';
import { setBoundary } from '../held-policies.ts';
import { roleHolder } from '../policy-holders.ts';
import { type IamRole, requireModifiable } from '../roles.ts';

type PutRolePermissionsBoundary = Operation<
  'PutRolePermissionsBoundary',
  Input<PutRolePermissionsBoundaryCommandInput>,
  void,
  IamRole
>;

/**
 * Bounds what a role may do at most, by a managed policy.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
 */
export const putRolePermissionsBoundary: PutRolePermissionsBoundary = {
  name: 'PutRolePermissionsBoundary',
  access: ({ RoleName, PermissionsBoundary }, call) =>
    toRole(call, RoleName, { 'iam:PermissionsBoundary': PermissionsBoundary }),
  handle: ({ PermissionsBoundary }, { record }, { tx }) =>
    setBoundary(tx, roleHolder(requireModifiable(record)), PermissionsBoundary),
};
