import type { RemoveRoleFromInstanceProfileCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toInstanceProfile } from '../access.ts';
import { type IamInstanceProfile, instanceProfiles } from '../instance-profiles.ts';
import { nameKey } from '../names.ts';
import { noSuchRole, roles } from '../roles.ts';

type RemoveRoleFromInstanceProfile = Operation<
  'RemoveRoleFromInstanceProfile',
  Input<RemoveRoleFromInstanceProfileCommandInput>,
  void,
  IamInstanceProfile
>;

/**
 * Takes the role out of an instance profile.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
 */
export const removeRoleFromInstanceProfile: RemoveRoleFromInstanceProfile = {
  name: 'RemoveRoleFromInstanceProfile',
  access: ({ InstanceProfileName }, call) => toInstanceProfile(call, InstanceProfileName),
  handle: ({ RoleName }, { record: profile }, { tx, account }) => {
    const role = roles.find(tx, account, RoleName);
    if (!role || profile.roleName === undefined || nameKey(profile.roleName) !== nameKey(RoleName)) {
      throw noSuchRole(RoleName);
    }
    const { roleName: _removed, ...empty } = profile;
    instanceProfiles.put(tx, empty);
    const instanceProfileNames = role.instanceProfileNames.filter((name) => name !== profile.profileName);
    roles.put(tx, { ...role, instanceProfileNames });
  },
};
