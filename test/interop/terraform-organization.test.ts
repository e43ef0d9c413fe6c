import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OrganizationsClient, paginateListAccounts } from '@aws-sdk/client-organizations';
import { sdk } from './drivers/sdk.ts';
import { policyDocument, refused } from './stage.ts';
import { appliedExample, skip } from './terraform.ts';

it('Terraform makes an organization whose policies decide, changes one, and takes it all away', { skip }, async (t) => {
  const terraform = await appliedExample(t, 'terraform-organization');
  const { target } = terraform;
  const { account } = await terraform.outputs();
  const UserName = 'operator';
  await sdk.call('CreateUser', { UserName }, target);
  const PolicyDocument = policyDocument({ Action: 'sts:AssumeRole' });
  await sdk.call('PutUserPolicy', { UserName, PolicyName: 'assume', PolicyDocument }, target);
  const { AccessKey } = await sdk.call('CreateAccessKey', { UserName }, target);
  const operator = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
  const asked = { RoleArn, RoleSessionName: 'test' };
  const { Credentials } = await sdk.call('AssumeRole', asked, { ...target, credentials: operator });
  const credentials = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
  const inAccount = { ...target, credentials };
  const { KeyMetadata } = await sdk.call('CreateKey', {}, inAccount);
  const deletion = { KeyId: KeyMetadata.KeyId };
  await refused(
    sdk.call('ScheduleKeyDeletion', deletion, inAccount),
    'AccessDeniedException',
    /explicit deny in a service control policy$/,
  );

  const change = ['-no-color', '-var', 'denied_action=kms:DisableKey'];
  await terraform.run('apply', '-auto-approve', ...change);
  await terraform.run('plan', '-detailed-exitcode', ...change);
  await refused(sdk.call('DisableKey', deletion, inAccount), 'AccessDeniedException', /service control policy$/);
  await sdk.call('ScheduleKeyDeletion', deletion, inAccount);

  await terraform.run('destroy', '-auto-approve', ...change);
  const client = new OrganizationsClient({
    endpoint: target.url,
    region: target.region,
    credentials: target.credentials,
  });
  await assert.rejects(paginateListAccounts({ client }, {}).next(), { name: 'AWSOrganizationsNotInUseException' });
  await sdk.call('DisableKey', { KeyId: (await sdk.call('CreateKey', {}, inAccount)).KeyMetadata.KeyId }, inAccount);
});
