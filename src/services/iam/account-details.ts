import type { GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, UserDetail } from '@aws-sdk/client-iam';
import type { Call } from '../../kernel/call.ts';
import { attachments } from './attachments.ts';
import { describeProfileWithRole } from './describe-profile-with-role.ts';
import {
  describeBoundary,
  describeGroup,
  describeLastUse,
  describePolicy,
  describeTags,
  describeUser,
  describeVersionInFull,
} from './descriptions.ts';
import type { GroupRecord } from './groups.ts';
import { describeAttached } from './held-listings.ts';
import type { Iam } from './iam.ts';
import { instanceProfiles } from './instance-profiles.ts';
import { memberships } from './memberships.ts';
import type { ManagedPolicy } from './policies.ts';
import { encodeDocument } from './policy-documents.ts';
import type { HeldPolicies } from './policy-holders.ts';
import { type RoleRecord, roleArn } from './roles.ts';
import { displayTrustPolicy } from './trust-policies.ts';
import type { UserRecord } from './users.ts';

/** A user with groups and policies. */
export const userDetail = (user: UserRecord, { tx }: Call): UserDetail => ({
  ...describeUser(user),
  GroupList: memberships.groupsOf(tx, user).map(({ groupName }) => groupName),
  UserPolicyList: inlineDetails(user),
  AttachedManagedPolicies: user.attachedPolicies.map(describeAttached),
  Tags: describeTags(user.tags),
  ...(user.permissionsBoundary !== undefined && { PermissionsBoundary: describeBoundary(user.permissionsBoundary) }),
});

/** A group with its policies. */
export const groupDetail = (group: GroupRecord): GroupDetail => ({
  ...describeGroup(group),
  GroupPolicyList: inlineDetails(group),
  AttachedManagedPolicies: group.attachedPolicies.map(describeAttached),
});

/** A role with its policies and instance profiles. */
export const roleDetail = (role: RoleRecord, call: Call, { principals, serviceUses }: Iam): RoleDetail => ({
  Path: role.path,
  RoleName: role.roleName,
  RoleId: role.roleId,
  Arn: roleArn(role),
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(displayTrustPolicy(role.trustPolicy, call.tx, principals)),
  InstanceProfileList: role.instanceProfileNames.map((name) =>
    describeProfileWithRole(instanceProfiles.find(call.tx, role.account, name)!, call, principals),
  ),
  RolePolicyList: inlineDetails(role),
  AttachedManagedPolicies: role.attachedPolicies.map(describeAttached),
  Tags: describeTags(role.tags),
  RoleLastUsed: describeLastUse(serviceUses.latest(call.tx, role.roleId)),
  ...(role.permissionsBoundary !== undefined && { PermissionsBoundary: describeBoundary(role.permissionsBoundary) }),
});

/** A managed policy with its versions. */
export const policyDetail = (policy: ManagedPolicy, { tx, account }: Call): ManagedPolicyDetail => ({
  ...describePolicy(policy, attachments.counts(tx, account, policy.arn)),
  ...(policy.description !== undefined && { Description: policy.description }),
  PolicyVersionList: policy.versions.map((version) => describeVersionInFull(policy, version)),
});

const inlineDetails = ({ inlinePolicies }: HeldPolicies): PolicyDetail[] =>
  inlinePolicies.map(({ policyName, document }) => ({
    PolicyName: policyName,
    PolicyDocument: encodeDocument(document),
  }));
