import type { Service } from '../../../kernel/operation.ts';
import { addUserToGroup } from '../operations/add-user-to-group.ts';
import { attachGroupPolicy } from '../operations/attach-group-policy.ts';
import { createGroup } from '../operations/create-group.ts';
import { deleteGroup } from '../operations/delete-group.ts';
import { deleteGroupPolicy } from '../operations/delete-group-policy.ts';
import { detachGroupPolicy } from '../operations/detach-group-policy.ts';
import { getGroup } from '../operations/get-group.ts';
import { getGroupPolicy } from '../operations/get-group-policy.ts';
import { listAttachedGroupPolicies } from '../operations/list-attached-group-policies.ts';
import { listGroupPolicies } from '../operations/list-group-policies.ts';
import { listGroups } from '../operations/list-groups.ts';
import { listGroupsForUser } from '../operations/list-groups-for-user.ts';
import { putGroupPolicy } from '../operations/put-group-policy.ts';
import { removeUserFromGroup } from '../operations/remove-user-from-group.ts';
import { updateGroup } from '../operations/update-group.ts';

/** Operations on groups, their members and what is attached to them. */
export const groupOperations: Service['operations'] = [
  addUserToGroup,
  attachGroupPolicy,
  createGroup,
  deleteGroup,
  deleteGroupPolicy,
  detachGroupPolicy,
  getGroup,
  getGroupPolicy,
  listAttachedGroupPolicies,
  listGroupPolicies,
  listGroups,
  listGroupsForUser,
  putGroupPolicy,
  removeUserFromGroup,
  updateGroup,
];
