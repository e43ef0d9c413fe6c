import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { attachUserPolicy } from '../operations/attach-user-policy.ts';
import { createUser } from '../operations/create-user.ts';
import { deleteUser } from '../operations/delete-user.ts';
import { deleteUserPermissionsBoundary } from '../operations/delete-user-permissions-boundary.ts';
import { deleteUserPolicy } from '../operations/delete-user-policy.ts';
import { detachUserPolicy } from '../operations/detach-user-policy.ts';
import { getUser } from '../operations/get-user.ts';
import { getUserPolicy } from '../operations/get-user-policy.ts';
import { listAttachedUserPolicies } from '../operations/list-attached-user-policies.ts';
import { listUserPolicies } from '../operations/list-user-policies.ts';
import { listUserTags } from '../operations/list-user-tags.ts';
import { listUsers } from '../operations/list-users.ts';
import { putUserPermissionsBoundary } from '../operations/put-user-permissions-boundary.ts';
import { putUserPolicy } from '../operations/put-user-policy.ts';
import { tagUser } from '../operations/tag-user.ts';
import { untagUser } from '../operations/untag-user.ts';
import { updateUser } from '../operations/update-user.ts';

/** Operations on users. */
export const userOperations = (iam: Iam): Service['operations'] => [
  attachUserPolicy,
  createUser,
  deleteUser(iam),
  deleteUserPermissionsBoundary,
  deleteUserPolicy,
  detachUserPolicy,
  getUser,
  getUserPolicy,
  listAttachedUserPolicies,
  listUserPolicies,
  listUserTags,
  listUsers,
  putUserPermissionsBoundary,
  putUserPolicy,
  tagUser,
  untagUser,
  updateUser(iam),
];
