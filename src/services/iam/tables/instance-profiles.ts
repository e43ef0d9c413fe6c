import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { addRoleToInstanceProfile } from '../operations/add-role-to-instance-profile.ts';
import { createInstanceProfile } from '../operations/create-instance-profile.ts';
import { deleteInstanceProfile } from '../operations/delete-instance-profile.ts';
import { getInstanceProfile } from '../operations/get-instance-profile.ts';
import { listInstanceProfileTags } from '../operations/list-instance-profile-tags.ts';
import { listInstanceProfiles } from '../operations/list-instance-profiles.ts';
import { listInstanceProfilesForRole } from '../operations/list-instance-profiles-for-role.ts';
import { removeRoleFromInstanceProfile } from '../operations/remove-role-from-instance-profile.ts';
import { tagInstanceProfile } from '../operations/tag-instance-profile.ts';
import { untagInstanceProfile } from '../operations/untag-instance-profile.ts';

/** Operations on instance profiles. */
export const instanceProfileOperations = (iam: Iam): Service['operations'] => [
  addRoleToInstanceProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile(iam),
  listInstanceProfileTags,
  listInstanceProfiles(iam),
  listInstanceProfilesForRole(iam),
  removeRoleFromInstanceProfile,
  tagInstanceProfile,
  untagInstanceProfile,
];
