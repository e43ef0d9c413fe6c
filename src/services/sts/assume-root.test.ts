import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  EnableAWSServiceAccessCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { account, allowing, iamArn, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = sender(server);
const alice = sender(server, await server.user('alice', allowing('sts:AssumeRoot', 'iam:*')));
const organizations = server.client(OrganizationsClient);
const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });
const audit = task('IAMAuditRootUserCredentials');

await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
await organizations.send(new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }));
await server.advance('1m');
const { Accounts } = await organizations.send(new ListAccountsCommand({}));
const member = Accounts!.find(({ Id }) => Id !== account)!.Id!;

const assume = (TaskPolicyArn: object, more: object = {}) =>
  alice('AssumeRoot', { TargetPrincipal: member, TaskPolicyArn, ...more });

/** Sends as root of the member, within the task. */
const doing = async (TaskPolicyArn: object, more: object = {}) => {
  const { Credentials } = await assume(TaskPolicyArn, more);
  return sender(server, {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  });
};

describe('centralized root access', () => {
  test('needs trusted access, then each of its features', async () => {
    await assert.rejects(root('EnableOrganizationsRootSessions'), { name: 'ServiceAccessNotEnabledException' });
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
    assert.deepEqual((await root('ListOrganizationsFeatures')).EnabledFeatures ?? [], []);
    await assert.rejects(assume(audit), {
      Code: 'AccessDenied',
      message: `User: ${iamArn('user/alice')} is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::${member}:root`,
    });
    const enabled = await root('EnableOrganizationsRootCredentialsManagement');
    assert.match(enabled.OrganizationId, /^o-/);
    assert.deepEqual(enabled.EnabledFeatures, ['RootCredentialsManagement']);
    await assume(audit);
    await assert.rejects(assume(task('S3UnlockBucketPolicy')), { Code: 'AccessDenied' });
    await root('EnableOrganizationsRootSessions');
    await assume(task('S3UnlockBucketPolicy'));
  });

  test('lets a task do what its policy leaves, on root alone, for 15 minutes at most', async () => {
    const auditor = await doing(audit);
    assert.equal((await auditor('GetCallerIdentity')).Arn, `arn:aws:iam::${member}:root`);
    assert.deepEqual((await auditor('ListAccessKeys')).AccessKeyMetadata ?? [], []);
    await auditor('GetAccountSummary');
    for (const [operation, input] of [
      ['CreateUser', { UserName: 'x' }],
      ['ListUsers', {}],
      ['CreateAccessKey', {}],
      ['DeleteAccessKey', { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }],
    ] as const) {
      await assert.rejects(auditor(operation, input), { Code: 'AccessDenied' }, operation);
    }
    await assert.rejects(assume(audit, { DurationSeconds: 901 }), { Code: 'ValidationError' });
    const brief = await doing(audit, { DurationSeconds: 60 });
    await server.advance('61s');
    await assert.rejects(brief('GetCallerIdentity'), { Code: 'ExpiredToken' });
  });

  test('is for members only, for administrators only, and with a task policy only', async () => {
    for (const TaskPolicyArn of [
      { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      { arn: iamArn('policy/root-task/IAMAuditRootUserCredentials') },
    ]) {
      await assert.rejects(assume(TaskPolicyArn), { Code: 'AccessDenied' }, TaskPolicyArn.arn);
    }
    await assert.rejects(assume(audit, { TargetPrincipal: account }), { Code: 'AccessDenied' });
    await assert.rejects(assume(audit, { TargetPrincipal: '999999999999' }), { Code: 'AccessDenied' });
    const nobody = sender(server, await server.user('nobody'));
    await assert.rejects(nobody('AssumeRoot', { TargetPrincipal: member, TaskPolicyArn: audit }), {
      Code: 'AccessDenied',
      message: /no identity-based policy allows the sts:AssumeRoot action/,
    });
    const limited = sender(
      server,
      await server.user('limited', {
        ...allowing('sts:AssumeRoot'),
        Condition: { StringEquals: { 'sts:TaskPolicyArn': audit.arn } },
      }),
    );
    await limited('AssumeRoot', { TargetPrincipal: member, TaskPolicyArn: audit });
    const other = { TargetPrincipal: member, TaskPolicyArn: task('S3UnlockBucketPolicy') };
    await assert.rejects(limited('AssumeRoot', other), { Code: 'AccessDenied' });
  });

  test('ends when it is disabled', async () => {
    const { EnabledFeatures } = await root('DisableOrganizationsRootCredentialsManagement');
    assert.deepEqual(EnabledFeatures, ['RootSessions']);
    await assert.rejects(assume(audit), { Code: 'AccessDenied' });
  });
});
