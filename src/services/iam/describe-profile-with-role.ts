import type { InstanceProfile } from '@aws-sdk/client-iam';
import type { Call } from '../../kernel/call.ts';
import type { Principals } from '../../kernel/principals.ts';
import { describeInstanceProfile, describeRoleInBrief } from './descriptions.ts';
import type { InstanceProfileRecord } from './instance-profiles.ts';
import { roles } from './roles.ts';
import { displayTrustPolicy } from './trust-policies.ts';

/** An instance profile with the role that it carries. */
export const describeProfileWithRole = (
  profile: InstanceProfileRecord,
  { tx }: Call,
  principals: Principals,
): InstanceProfile => {
  const role = profile.roleName === undefined ? undefined : roles.find(tx, profile.account, profile.roleName);
  return describeInstanceProfile(
    profile,
    role && describeRoleInBrief(role, displayTrustPolicy(role.trustPolicy, tx, principals)),
  );
};
