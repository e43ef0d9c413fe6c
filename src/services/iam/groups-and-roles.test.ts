import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const document = documentOf(allowing('iam:ListUsers'));
const trusting = (principal: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
const ec2 = trusting({ Service: 'ec2.amazonaws.com' });
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const conflict = (what: string) => ({ Code: 'DeleteConflict', message: `Cannot delete entity, ${what}` });

describe('a group', () => {
  test('gives its policies to those who are in it, and only while they are', async () => {
    await root('CreateGroup', { GroupName: 'readers' });
    const alice = sender(server, await server.user('alice'));
    await assert.rejects(alice('ListUsers'), { Code: 'AccessDenied' });
    await root('AddUserToGroup', { GroupName: 'readers', UserName: 'alice' });
    await root('PutGroupPolicy', { GroupName: 'readers', PolicyName: 'list', PolicyDocument: document });
    await alice('ListUsers');
    await root('DeleteGroupPolicy', { GroupName: 'readers', PolicyName: 'list' });
    await assert.rejects(alice('ListUsers'), { Code: 'AccessDenied' });
    await root('AttachGroupPolicy', { GroupName: 'readers', PolicyArn: readOnly });
    await alice('ListUsers');
    await root('UpdateGroup', { GroupName: 'readers', NewGroupName: 'Lookers', NewPath: '/x/' });
    await server.restart();
    await alice('ListUsers');
    await root('RemoveUserFromGroup', { GroupName: 'lookers', UserName: 'alice' });
    await assert.rejects(alice('ListUsers'), { Code: 'AccessDenied' });
  });

  test('is shown with its users, policies and lists', async () => {
    const { Group } = await root('GetGroup', { GroupName: 'lookers' });
    assert.match(Group.GroupId, /^AGPA[A-Z2-7]{17}$/);
    assert.equal(Group.Arn, iamArn('group/x/Lookers'));
    await root('AddUserToGroup', { GroupName: 'lookers', UserName: 'alice' });
    await root('AddUserToGroup', { GroupName: 'lookers', UserName: 'alice' });
    const { Users } = await root('GetGroup', { GroupName: 'Lookers' });
    assert.deepEqual(
      Users.map(({ UserName }: { UserName: string }) => UserName),
      ['alice'],
    );
    assert.equal((await root('ListGroupsForUser', { UserName: 'alice' })).Groups[0].GroupName, 'Lookers');
    assert.equal((await root('ListGroups', { PathPrefix: '/x/' })).Groups.length, 1);
    assert.equal((await root('ListGroups', { PathPrefix: '/y/' })).Groups.length, 0);
    await root('PutGroupPolicy', { GroupName: 'Lookers', PolicyName: 'p', PolicyDocument: document });
    assert.deepEqual((await root('ListGroupPolicies', { GroupName: 'Lookers' })).PolicyNames, ['p']);
    const { PolicyDocument } = await root('GetGroupPolicy', { GroupName: 'Lookers', PolicyName: 'p' });
    assert.equal(decodeURIComponent(PolicyDocument), document);
    assert.deepEqual((await root('ListAttachedGroupPolicies', { GroupName: 'Lookers' })).AttachedPolicies, [
      { PolicyArn: readOnly, PolicyName: 'ReadOnlyAccess' },
    ]);
    const { PolicyGroups } = await root('ListEntitiesForPolicy', { PolicyArn: readOnly });
    assert.deepEqual(PolicyGroups, [{ GroupName: 'Lookers', GroupId: Group.GroupId }]);
  });

  test('is deleted only when nothing hangs on it', async () => {
    const GroupName = 'lookers';
    await assert.rejects(root('DeleteUser', { UserName: 'alice' }), conflict('must remove users from group first.'));
    await assert.rejects(root('DeleteGroup', { GroupName }), conflict('must remove users from group first.'));
    await root('RemoveUserFromGroup', { GroupName, UserName: 'alice' });
    await assert.rejects(root('DeleteGroup', { GroupName }), conflict('must detach all policies first.'));
    await root('DetachGroupPolicy', { GroupName, PolicyArn: readOnly });
    await assert.rejects(root('DeleteGroup', { GroupName }), conflict('must delete policies first.'));
    await root('DeleteGroupPolicy', { GroupName, PolicyName: 'p' });
    await root('DeleteGroup', { GroupName });
    await assert.rejects(root('GetGroup', { GroupName }), {
      Code: 'NoSuchEntity',
      message: 'The group with name lookers cannot be found.',
    });
  });

  test('takes a user who has ten already for no further group', async () => {
    await server.user('joiner');
    for (let index = 0; index <= 10; index++) await root('CreateGroup', { GroupName: `g${index}` });
    for (let index = 0; index < 10; index++)
      await root('AddUserToGroup', { GroupName: `g${index}`, UserName: 'joiner' });
    await assert.rejects(root('AddUserToGroup', { GroupName: 'g10', UserName: 'joiner' }), {
      Code: 'LimitExceeded',
      message: 'Cannot exceed quota for GroupsPerUser: 10',
    });
    await assert.rejects(root('CreateGroup', { GroupName: 'G1' }), {
      Code: 'EntityAlreadyExists',
      message: 'Group with name G1 already exists.',
    });
  });
});

describe('a role', () => {
  test('is created, shown, changed, tagged and deleted', async () => {
    const RoleName = 'app';
    const { Role } = await root('CreateRole', {
      RoleName,
      Path: '/svc/',
      AssumeRolePolicyDocument: ec2,
      Description: 'one',
      MaxSessionDuration: 7200,
      PermissionsBoundary: readOnly,
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    assert.match(Role.RoleId, /^AROA[A-Z2-7]{17}$/);
    assert.equal(Role.Arn, iamArn('role/svc/app'));
    assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), ec2);
    await root('UpdateRole', { RoleName, Description: 'two' });
    await root('TagRole', { RoleName, Tags: [{ Key: 'Team', Value: 'red' }] });
    await server.restart();
    const { Role: shown } = await root('GetRole', { RoleName: 'APP' });
    assert.partialDeepStrictEqual(shown, {
      RoleName: 'app',
      Description: 'two',
      MaxSessionDuration: 7200,
      PermissionsBoundary: { PermissionsBoundaryArn: readOnly },
      Tags: [{ Key: 'Team', Value: 'red' }],
      RoleLastUsed: {},
    });
    await root('UntagRole', { RoleName, TagKeys: ['TEAM'] });
    assert.deepEqual((await root('ListRoleTags', { RoleName })).Tags, []);
    assert.equal((await root('UpdateRoleDescription', { RoleName, Description: '3' })).Role.Description, '3');
    await root('AttachRolePolicy', { RoleName, PolicyArn: readOnly });
    await root('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: document });
    assert.deepEqual((await root('ListRolePolicies', { RoleName })).PolicyNames, ['p']);
    assert.equal((await root('ListAttachedRolePolicies', { RoleName })).AttachedPolicies.length, 1);
    await assert.rejects(root('DeleteRole', { RoleName }), conflict('must detach all policies first.'));
    await root('DetachRolePolicy', { RoleName, PolicyArn: readOnly });
    await assert.rejects(root('DeleteRole', { RoleName }), conflict('must delete policies first.'));
    await root('DeleteRolePolicy', { RoleName, PolicyName: 'p' });
    await root('DeleteRole', { RoleName });
    await assert.rejects(root('GetRole', { RoleName }), {
      Code: 'NoSuchEntity',
      message: 'The role with name app cannot be found.',
    });
  });

  for (const [what, AssumeRolePolicyDocument, message] of [
    [
      'a user that does not exist',
      trusting({ AWS: iamArn('user/no') }),
      `Invalid principal in policy: "AWS":"${iamArn('user/no')}"`,
    ],
    [
      'a role that does not exist',
      trusting({ AWS: iamArn('role/no') }),
      `Invalid principal in policy: "AWS":"${iamArn('role/no')}"`,
    ],
    ['a resource', ec2.replace('"Action"', '"Resource":"*","Action"'), 'Has prohibited field Resource'],
    [
      'another action',
      ec2.replace('sts:AssumeRole', 's3:GetObject'),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    ['no principal', documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole' }), 'Missing required field Principal'],
    ['no JSON', '{', 'This policy contains invalid Json'],
  ] as const) {
    test(`trusts no policy with ${what}`, () =>
      assert.rejects(root('CreateRole', { RoleName: 'bad', AssumeRolePolicyDocument }), {
        Code: 'MalformedPolicyDocument',
        message,
      }));
  }

  test('is told at its creation without description and duration, which GetRole shows', async () => {
    const given = { RoleName: 'told', AssumeRolePolicyDocument: ec2, Description: 'why', MaxSessionDuration: 7200 };
    const created = (await root('CreateRole', { ...given, Tags: [{ Key: 'a', Value: 'b' }] })).Role;
    assert.deepEqual(Object.keys(created).sort(), [
      'Arn',
      'AssumeRolePolicyDocument',
      'CreateDate',
      'Path',
      'RoleId',
      'RoleName',
      'Tags',
    ]);
    const shown = (await root('GetRole', { RoleName: 'told' })).Role;
    assert.deepEqual([shown.Description, shown.MaxSessionDuration], ['why', 7200]);
  });

  test('keeps whom it trusts by unique id', async () => {
    await root('CreateUser', { UserName: 'trusted' });
    const { User } = await root('GetUser', { UserName: 'trusted' });
    await root('CreateRole', { RoleName: 'keeper', AssumeRolePolicyDocument: trusting({ AWS: User.Arn }) });
    await root('DeleteUser', { UserName: 'trusted' });
    await root('CreateUser', { UserName: 'trusted' });
    const { Role } = await root('GetRole', { RoleName: 'keeper' });
    const { Statement } = JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument));
    assert.deepEqual(Statement[0].Principal, { AWS: User.UserId });
    await root('UpdateAssumeRolePolicy', { RoleName: 'keeper', PolicyDocument: trusting({ AWS: User.Arn }) });
    const { Role: updated } = await root('GetRole', { RoleName: 'keeper' });
    assert.ok(decodeURIComponent(updated.AssumeRolePolicyDocument).includes(User.Arn));
  });

  test('keeps a role that it trusts likewise', async () => {
    await root('CreateRole', { RoleName: 'trusted', AssumeRolePolicyDocument: ec2 });
    const { Role } = await root('GetRole', { RoleName: 'trusted' });
    await root('UpdateAssumeRolePolicy', { RoleName: 'keeper', PolicyDocument: trusting({ AWS: Role.Arn }) });
    await root('DeleteRole', { RoleName: 'trusted' });
    const { AssumeRolePolicyDocument } = (await root('GetRole', { RoleName: 'keeper' })).Role;
    assert.ok(decodeURIComponent(AssumeRolePolicyDocument).includes(`"AWS":"${Role.RoleId}"`));
    await assert.rejects(
      root('UpdateAssumeRolePolicy', { RoleName: 'keeper', PolicyDocument: trusting({ AWS: Role.RoleId }) }),
      { Code: 'MalformedPolicyDocument' },
    );
  });

  test('has trust and inline policies within their limits', async () => {
    const Sid = 'x'.repeat(2048);
    const long = JSON.stringify({ ...JSON.parse(ec2), Id: Sid });
    await assert.rejects(root('CreateRole', { RoleName: 'long', AssumeRolePolicyDocument: long }), {
      Code: 'LimitExceeded',
      message: 'Cannot exceed quota for ACLSizePerRole: 2048',
    });
    const PolicyDocument = documentOf({ ...allowing('kms:Encrypt'), Sid: 'x'.repeat(10_240) });
    await assert.rejects(root('PutRolePolicy', { RoleName: 'keeper', PolicyName: 'p', PolicyDocument }), {
      Code: 'LimitExceeded',
      message: 'Maximum policy size of 10240 bytes exceeded for role keeper',
    });
  });
});

describe('an instance profile', () => {
  test('carries one role, by those who may pass it', async () => {
    const InstanceProfileName = 'web';
    await root('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: ec2 });
    const { InstanceProfile } = await root('CreateInstanceProfile', { InstanceProfileName });
    assert.match(InstanceProfile.InstanceProfileId, /^AIPA/);
    const add = { InstanceProfileName, RoleName: 'web' };
    const adder = sender(server, await server.user('adder', allowing('iam:AddRoleToInstanceProfile')));
    await assert.rejects(adder('AddRoleToInstanceProfile', add), {
      Code: 'AccessDenied',
      message: `User: ${iamArn('user/adder')} is not authorized to perform: iam:PassRole on resource: ${iamArn('role/web')} because no identity-based policy allows the iam:PassRole action`,
    });
    await root('AddRoleToInstanceProfile', add);
    await assert.rejects(root('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'keeper' }), {
      Code: 'LimitExceeded',
      message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    });
    await assert.rejects(
      root('DeleteRole', { RoleName: 'web' }),
      conflict('must remove roles from instance profile first.'),
    );
    await assert.rejects(
      root('DeleteInstanceProfile', { InstanceProfileName }),
      conflict('must remove roles from instance profile first.'),
    );
    const { InstanceProfile: shown } = await root('GetInstanceProfile', { InstanceProfileName });
    assert.equal(shown.Roles[0].RoleName, 'web');
    assert.equal((await root('ListInstanceProfilesForRole', { RoleName: 'web' })).InstanceProfiles.length, 1);
    assert.equal((await root('ListInstanceProfiles')).InstanceProfiles.length, 1);
    await root('RemoveRoleFromInstanceProfile', add);
    await root('DeleteInstanceProfile', { InstanceProfileName });
    await root('DeleteRole', { RoleName: 'web' });
  });
});

describe('a service-linked role', () => {
  test('can be described anew by its account', async () => {
    const { Role } = await root('CreateServiceLinkedRole', { AWSServiceName: 'elasticbeanstalk.amazonaws.com' });
    const { RoleName } = Role;
    await root('UpdateRole', { RoleName, Description: 'Environments' });
    assert.equal((await root('GetRole', { RoleName })).Role.Description, 'Environments');
    await root('UpdateRoleDescription', { RoleName, Description: 'Our environments' });
    assert.equal((await root('GetRole', { RoleName })).Role.Description, 'Our environments');
    await root('DeleteServiceLinkedRole', { RoleName });
  });

  test('is made for a known service and changed by nobody else', async () => {
    const { Role } = await root('CreateServiceLinkedRole', { AWSServiceName: 'elasticbeanstalk.amazonaws.com' });
    const RoleName = 'AWSServiceRoleForElasticBeanstalk';
    assert.equal(Role.Arn, iamArn(`role/aws-service-role/elasticbeanstalk.amazonaws.com/${RoleName}`));
    await assert.rejects(root('AttachRolePolicy', { RoleName, PolicyArn: readOnly }), {
      Code: 'UnmodifiableEntity',
      message: `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    });
    await assert.rejects(root('DeleteRole', { RoleName }), { Code: 'UnmodifiableEntity' });
    await assert.rejects(root('UpdateRole', { RoleName, MaxSessionDuration: 7200 }), { Code: 'UnmodifiableEntity' });
    await assert.rejects(root('CreateServiceLinkedRole', { AWSServiceName: 'elasticbeanstalk.amazonaws.com' }), {
      Code: 'InvalidInput',
    });
    await assert.rejects(root('CreateServiceLinkedRole', { AWSServiceName: 'no.amazonaws.com' }), {
      Code: 'InvalidInput',
    });
    const { DeletionTaskId } = await root('DeleteServiceLinkedRole', { RoleName });
    assert.deepEqual(await root('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }), { Status: 'SUCCEEDED' });
    await assert.rejects(root('GetRole', { RoleName }), { Code: 'NoSuchEntity' });
  });
});

test('roles and groups of one account are not seen by another', async () => {
  assert.equal(
    (await root('ListRoles')).Roles.every(({ Arn }: { Arn: string }) => Arn.includes(account)),
    true,
  );
});
