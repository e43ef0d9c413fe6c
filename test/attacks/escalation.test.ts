import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, type Send, sender, userSender } from '../../src/testing/iam.ts';
import { testServer } from '../../src/testing/server.ts';

/** Ways from a few permissions to all of them, each of which ends at a refusal. */
const server = await testServer();
const root = sender(server);
const denied = { Code: 'AccessDenied' };
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
const trust = documentOf({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });

const role = async (RoleName: string): Promise<string> => {
  await root('CreateRole', { RoleName, AssumeRolePolicyDocument: trust });
  return iamArn(`role/${RoleName}`);
};
const on = (Action: string | readonly string[], Resource: string | readonly string[]) => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** @returns a statement that denies */
const denying = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Deny',
  Action,
  Resource: '*',
  ...more,
});

describe('iam:PassRole', () => {
  test('is asked for the very role that is handed to a service, to the service that gets it', async () => {
    const [powerful, harmless] = [await role('powerful'), await role('harmless')];
    const add = (who: Send, RoleName: string) =>
      who('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName });
    await root('CreateInstanceProfile', { InstanceProfileName: 'p' });
    const adding = allowing('iam:AddRoleToInstanceProfile');
    await assert.rejects(add(await userSender(server, 'no-pass', adding), 'powerful'), {
      ...denied,
      message: /iam:PassRole on resource: .*powerful/,
    });
    const passesOther = await userSender(server, 'passes-other', adding, on('iam:PassRole', harmless));
    await assert.rejects(add(passesOther, 'powerful'), denied);
    const toLambda = {
      ...on('iam:PassRole', powerful),
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    };
    await assert.rejects(add(await userSender(server, 'to-lambda', adding, toLambda), 'powerful'), denied);
    await add(passesOther, 'harmless');
  });
});

describe('policy versions', () => {
  test('are switched by nobody whom no policy lets, also not back to a wider one', async () => {
    const { Policy } = await root('CreatePolicy', { PolicyName: 'own', PolicyDocument: documentOf(allowing('*')) });
    const PolicyArn = Policy.Arn;
    const PolicyDocument = documentOf(allowing('iam:Get*', 'iam:List*'));
    await root('CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
    const mallory = await userSender(server, 'versions');
    await root('AttachUserPolicy', { UserName: 'versions', PolicyArn });
    await mallory('ListPolicyVersions', { PolicyArn });
    await assert.rejects(mallory('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' }), denied);
    await assert.rejects(
      mallory('CreatePolicyVersion', { PolicyArn, PolicyDocument: documentOf(allowing('*')), SetAsDefault: true }),
      denied,
    );
    await assert.rejects(mallory('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' }), denied);
    await assert.rejects(mallory('CreateUser', { UserName: 'more' }), denied);
    await assert.rejects(mallory('AttachUserPolicy', { UserName: 'versions', PolicyArn: admin }), denied);
    await assert.rejects(
      mallory('PutUserPolicy', { UserName: 'versions', PolicyName: 'p', PolicyDocument: documentOf(allowing('*')) }),
      denied,
    );
  });

  test('that are switched to a wider one stay within the boundary', async () => {
    const { Policy } = await root('CreatePolicy', { PolicyName: 'wide', PolicyDocument: documentOf(allowing('*')) });
    const PolicyArn = Policy.Arn;
    const PolicyDocument = documentOf(allowing('iam:SetDefaultPolicyVersion'));
    await root('CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
    const bound = documentOf(allowing('iam:SetDefaultPolicyVersion', 'iam:List*'));
    const boundary = (await root('CreatePolicy', { PolicyName: 'bound', PolicyDocument: bound })).Policy.Arn;
    const mallory = await userSender(server, 'bounded');
    await root('AttachUserPolicy', { UserName: 'bounded', PolicyArn });
    await root('PutUserPermissionsBoundary', { UserName: 'bounded', PermissionsBoundary: boundary });
    await mallory('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' });
    await mallory('ListUsers');
    await assert.rejects(mallory('CreateUser', { UserName: 'more' }), {
      ...denied,
      message: /no permissions boundary allows/,
    });
    await assert.rejects(mallory('DeleteUserPermissionsBoundary', { UserName: 'bounded' }), denied);
  });

  test('of AWS are changed by nobody, not even root', async () => {
    const PolicyDocument = documentOf(allowing('*'));
    await assert.rejects(root('CreatePolicyVersion', { PolicyArn: admin, PolicyDocument, SetAsDefault: true }));
    await assert.rejects(root('SetDefaultPolicyVersion', { PolicyArn: admin, VersionId: 'v1' }));
  });
});

describe('trust policies', () => {
  test('are edited by those only whom a policy lets edit that role', async () => {
    const [mine, target] = [await role('mine'), await role('target')];
    await root('AttachRolePolicy', { RoleName: 'target', PolicyArn: admin });
    await root('UpdateAssumeRolePolicy', {
      RoleName: 'target',
      PolicyDocument: documentOf({
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    });
    const mallory = await userSender(
      server,
      'truster',
      on('iam:UpdateAssumeRolePolicy', mine),
      allowing('sts:AssumeRole'),
    );
    await mallory('UpdateAssumeRolePolicy', { RoleName: 'mine', PolicyDocument: trust });
    await assert.rejects(mallory('UpdateAssumeRolePolicy', { RoleName: 'target', PolicyDocument: trust }), denied);
    await assert.rejects(mallory('AssumeRole', { RoleArn: target, RoleSessionName: 's1' }), denied);
  });

  test('let in no user of that name who was created anew', async () => {
    await userSender(server, 'phoenix');
    await root('CreateRole', {
      RoleName: 'of-phoenix',
      AssumeRolePolicyDocument: documentOf({
        Effect: 'Allow',
        Principal: { AWS: iamArn('user/phoenix') },
        Action: 'sts:AssumeRole',
      }),
    });
    const { AccessKeyMetadata } = await root('ListAccessKeys', { UserName: 'phoenix' });
    await root('DeleteAccessKey', { UserName: 'phoenix', AccessKeyId: AccessKeyMetadata[0].AccessKeyId });
    await root('DeleteUser', { UserName: 'phoenix' });
    const again = await userSender(server, 'phoenix', allowing('sts:AssumeRole'));
    await assert.rejects(again('AssumeRole', { RoleArn: iamArn('role/of-phoenix'), RoleSessionName: 's1' }), denied);
  });

  test('of service-linked roles are changed by nobody', async () => {
    const { Role } = await root('CreateServiceLinkedRole', { AWSServiceName: 'elasticbeanstalk.amazonaws.com' });
    const { RoleName } = Role;
    for (const [operation, input] of [
      ['UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust }],
      ['AttachRolePolicy', { RoleName, PolicyArn: admin }],
      ['PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: documentOf(allowing('*')) }],
    ] as const) {
      await assert.rejects(root(operation, input), { Code: 'UnmodifiableEntity' }, operation);
    }
  });
});

describe('a permissions boundary', () => {
  test('is removed, replaced, rewritten and outgrown by nobody whom it bounds', async () => {
    const boundary = iamArn('policy/fence');
    const fence = documentOf(
      allowing('iam:*'),
      denying(['iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary']),
      denying(['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:DeletePolicy*'], { Resource: boundary }),
      denying(
        ['iam:CreateUser', 'iam:CreateRole', 'iam:PutUserPermissionsBoundary', 'iam:PutRolePermissionsBoundary'],
        {
          Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } },
        },
      ),
    );
    await root('CreatePolicy', { PolicyName: 'fence', PolicyDocument: fence });
    const UserName = 'fenced';
    const mallory = await userSender(server, UserName, allowing('*'));
    await root('PutUserPermissionsBoundary', { UserName, PermissionsBoundary: boundary });
    for (const [operation, input] of [
      ['DeleteUserPermissionsBoundary', { UserName }],
      ['PutUserPermissionsBoundary', { UserName, PermissionsBoundary: admin }],
      ['CreatePolicyVersion', { PolicyArn: boundary, PolicyDocument: documentOf(allowing('*')), SetAsDefault: true }],
      ['CreateUser', { UserName: 'unbound' }],
      ['CreateUser', { UserName: 'unbound', PermissionsBoundary: admin }],
      ['CreateRole', { RoleName: 'unbound', AssumeRolePolicyDocument: trust }],
      ['DeletePolicy', { PolicyArn: boundary }],
    ] as const) {
      await assert.rejects(mallory(operation, input), denied, `${operation} ${JSON.stringify(input)}`);
    }
    await mallory('CreateUser', { UserName: 'bound-too', PermissionsBoundary: boundary });
    await mallory('AttachUserPolicy', { UserName: 'bound-too', PolicyArn: admin });
    const { AccessKey } = await mallory('CreateAccessKey', { UserName: 'bound-too' });
    const friend = sender(server, { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    await assert.rejects(friend('CreateUser', { UserName: 'unbound' }), denied);
    await assert.rejects(friend('GetFederationToken', { Name: 'guest' }), denied);
  });

  test('is not deleted while it bounds somebody, and binds to nothing rather than to all', async () => {
    await assert.rejects(root('DeletePolicy', { PolicyArn: iamArn('policy/fence') }), { Code: 'DeleteConflict' });
  });
});
