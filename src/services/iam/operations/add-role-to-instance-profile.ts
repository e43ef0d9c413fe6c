import type { AddRoleToInstanceProfileCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toInstanceProfile } from '../access.ts';
import { type IamInstanceProfile, instanceProfiles } from '../instance-profiles.ts';
import { requireWithinQuota } from '../quotas.ts';
import { type IamRole, requireModifiable, roles } from '../roles.ts';

type AddRoleToInstanceProfile = Operation<
  'AddRoleToInstanceProfile',
  Input<AddRoleToInstanceProfileCommandInput>,
  void,
  readonly [IamInstanceProfile, IamRole]
>;

/**
 * Lets an instance profile carry a role. The caller must also be allowed to pass the role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
 */
export const addRoleToInstanceProfile: AddRoleToInstanceProfile = {
  name: 'AddRoleToInstanceProfile',
  access: ({ InstanceProfileName, RoleName }, call) => [
    toInstanceProfile(call, InstanceProfileName),
    {
      action: 'iam:PassRole',
      resource: roles.resource(call.tx, call.account, RoleName),
      conditions: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
  ],
  handle: (_input, [{ record: profile }, { record: role }], { tx }) => {
    requireModifiable(role);
    requireWithinQuota('InstanceSessionsPerInstanceProfile', profile.roleName === undefined ? 1 : 2);
    instanceProfiles.put(tx, { ...profile, roleName: role.roleName });
    roles.put(tx, { ...role, instanceProfileNames: [...role.instanceProfileNames, profile.profileName] });
  },
};
