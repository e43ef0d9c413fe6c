import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { attachRolePolicy } from '../operations/attach-role-policy.ts';
import { createRole } from '../operations/create-role.ts';
import { createServiceLinkedRole } from '../operations/create-service-linked-role.ts';
import { deleteRole } from '../operations/delete-role.ts';
import { deleteRolePermissionsBoundary } from '../operations/delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from '../operations/delete-role-policy.ts';
import { deleteServiceLinkedRole } from '../operations/delete-service-linked-role.ts';
import { detachRolePolicy } from '../operations/detach-role-policy.ts';
import { getRole } from '../operations/get-role.ts';
import { getRolePolicy } from '../operations/get-role-policy.ts';
import { getServiceLinkedRoleDeletionStatus } from '../operations/get-service-linked-role-deletion-status.ts';
import { listAttachedRolePolicies } from '../operations/list-attached-role-policies.ts';
import { listRolePolicies } from '../operations/list-role-policies.ts';
import { listRoleTags } from '../operations/list-role-tags.ts';
import { listRoles } from '../operations/list-roles.ts';
import { putRolePermissionsBoundary } from '../operations/put-role-permissions-boundary.ts';
import { putRolePolicy } from '../operations/put-role-policy.ts';
import { tagRole } from '../operations/tag-role.ts';
import { untagRole } from '../operations/untag-role.ts';
import { updateAssumeRolePolicy } from '../operations/update-assume-role-policy.ts';
import { updateRole } from '../operations/update-role.ts';
import { updateRoleDescription } from '../operations/update-role-description.ts';

/** Operations on roles and service-linked roles. */
export const roleOperations = (iam: Iam): Service['operations'] => [
  attachRolePolicy,
  createRole(iam),
  createServiceLinkedRole,
  deleteRole,
  deleteRolePermissionsBoundary,
  deleteRolePolicy,
  deleteServiceLinkedRole,
  detachRolePolicy,
  getRole(iam),
  getRolePolicy,
  getServiceLinkedRoleDeletionStatus,
  listAttachedRolePolicies,
  listRolePolicies,
  listRoleTags,
  listRoles(iam),
  putRolePermissionsBoundary,
  putRolePolicy,
  tagRole,
  untagRole,
  updateAssumeRolePolicy(iam),
  updateRole,
  updateRoleDescription(iam),
];
