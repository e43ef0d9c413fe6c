import { allowing, documentOf, iamArn } from '../iam.ts';
import { isTruncated, row } from './row.ts';

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const PolicyDocument = documentOf(allowing('kms:Encrypt'));
const encoded = encodeURIComponent(PolicyDocument).replaceAll('*', '%2A');
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const GroupName = 'team';
const RoleName = 'app';
const InstanceProfileName = 'web';
const attached = { AttachedPolicies: [{ PolicyArn: readOnly, PolicyName: 'ReadOnlyAccess' }], ...isTruncated };
const Tags = [{ Key: 'x', Value: '1' }];
const group = 'group team';
const role = 'role app';
const profile = 'instance profile web';
const linked = 'AWSServiceRoleForRDS';

/** Every operation on groups, roles and instance profiles, in an order in which each works; user alice exists. */
export const groupAndRoleRows = [
  row('CreateGroup', { GroupName }, iamArn('group/team'), { Group: { GroupName, Path: '/' } }),
  row('AddUserToGroup', { GroupName, UserName: 'alice' }, group),
  row('PutGroupPolicy', { GroupName, PolicyName: 'p', PolicyDocument }, group),
  row('AttachGroupPolicy', { GroupName, PolicyArn: readOnly }, group),
  row('GetGroup', { GroupName }, group, { Group: { GroupName }, Users: [{ UserName: 'alice' }], ...isTruncated }),
  row('GetGroupPolicy', { GroupName, PolicyName: 'p' }, group, { PolicyName: 'p', PolicyDocument: encoded }),
  row('ListGroups', {}, iamArn('group/'), { Groups: [{ GroupName }], ...isTruncated }),
  row('ListGroupsForUser', { UserName: 'alice' }, 'user alice', { Groups: [{ GroupName }], ...isTruncated }),
  row('ListGroupPolicies', { GroupName }, group, { PolicyNames: ['p'], ...isTruncated }),
  row('ListAttachedGroupPolicies', { GroupName }, group, attached),
  row('UpdateGroup', { GroupName, NewPath: '/x/' }, group),
  row('DetachGroupPolicy', { GroupName, PolicyArn: readOnly }, group),
  row('DeleteGroupPolicy', { GroupName, PolicyName: 'p' }, group),
  row('RemoveUserFromGroup', { GroupName, UserName: 'alice' }, group),
  row('DeleteGroup', { GroupName }, group),

  row('CreateRole', { RoleName, AssumeRolePolicyDocument: trust }, iamArn('role/app'), { Role: { RoleName } }),
  row('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument }, role),
  row('AttachRolePolicy', { RoleName, PolicyArn: readOnly }, role),
  row('GetRole', { RoleName }, role, { Role: { RoleName, MaxSessionDuration: 3600 } }),
  row('GetRolePolicy', { RoleName, PolicyName: 'p' }, role, { PolicyName: 'p', PolicyDocument: encoded }),
  row('ListRoles', {}, iamArn('role/'), { Roles: [{ RoleName }], ...isTruncated }),
  row('ListRolePolicies', { RoleName }, role, { PolicyNames: ['p'], ...isTruncated }),
  row('ListAttachedRolePolicies', { RoleName }, role, attached),
  row('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: readOnly }, role),
  row('DeleteRolePermissionsBoundary', { RoleName }, role),
  row('UpdateRole', { RoleName, MaxSessionDuration: 7200 }, role),
  row('UpdateRoleDescription', { RoleName, Description: 'x' }, role, { Role: { Description: 'x' } }),
  row('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust }, role),
  row('TagRole', { RoleName, Tags }, role),
  row('ListRoleTags', { RoleName }, role, { Tags, ...isTruncated }),
  row('UntagRole', { RoleName, TagKeys: ['X'] }, role),

  row('CreateInstanceProfile', { InstanceProfileName }, iamArn('instance-profile/web'), {
    InstanceProfile: { InstanceProfileName, Roles: [] },
  }),
  row('AddRoleToInstanceProfile', { InstanceProfileName, RoleName }, profile),
  row('GetInstanceProfile', { InstanceProfileName }, profile, { InstanceProfile: { Roles: [{ RoleName }] } }),
  row('ListInstanceProfiles', {}, iamArn('instance-profile/'), { InstanceProfiles: [{ InstanceProfileName }] }),
  row('ListInstanceProfilesForRole', { RoleName }, role, { InstanceProfiles: [{ InstanceProfileName }] }),
  row('TagInstanceProfile', { InstanceProfileName, Tags }, profile),
  row('ListInstanceProfileTags', { InstanceProfileName }, profile, { Tags, ...isTruncated }),
  row('UntagInstanceProfile', { InstanceProfileName, TagKeys: ['x'] }, profile),
  row('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName }, profile),
  row('DeleteInstanceProfile', { InstanceProfileName }, profile),
  row('DetachRolePolicy', { RoleName, PolicyArn: readOnly }, role),
  row('DeleteRolePolicy', { RoleName, PolicyName: 'p' }, role),
  row('DeleteRole', { RoleName }, role),

  row(
    'CreateServiceLinkedRole',
    { AWSServiceName: 'rds.amazonaws.com' },
    iamArn(`role/aws-service-role/rds.amazonaws.com/${linked}`),
    { Role: { RoleName: linked } },
  ),
  row('DeleteServiceLinkedRole', { RoleName: linked }, `role ${linked}`),
];
