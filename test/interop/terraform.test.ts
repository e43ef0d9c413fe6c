import assert from 'node:assert/strict';
import { it } from 'node:test';
import { account } from '../spawned-server.ts';
import { sdk } from './drivers/sdk.ts';
import { refused } from './stage.ts';
import { appliedExample, skip, type Terraform } from './terraform.ts';

const userOf = async ({ outputs, target }: Terraform) => {
  const { access_key_id, secret_access_key } = await outputs();
  return { ...target, credentials: { accessKeyId: access_key_id!, secretAccessKey: secret_access_key! } };
};

it('Terraform makes the example, finds nothing left to change, and takes it all away', { skip }, async (t) => {
  const terraform = await appliedExample(t, 'terraform');
  const { target } = terraform;
  const asUser = await userOf(terraform);
  const Plaintext = Buffer.from('made by Terraform');
  const { CiphertextBlob } = await sdk.call('Encrypt', { KeyId: 'alias/app', Plaintext }, asUser);
  assert.deepEqual((await sdk.call('Decrypt', { CiphertextBlob }, asUser)).Plaintext, Plaintext);
  await refused(sdk.call('DescribeKey', { KeyId: 'alias/app' }, asUser), 'AccessDeniedException');

  await terraform.run('destroy', '-no-color', '-auto-approve');
  await refused(sdk.call('GetUser', { UserName: 'app' }, target), 'NoSuchEntity');
  const [{ KeyId }] = (await sdk.call('ListKeys', {}, target)).Keys;
  assert.equal((await sdk.call('DescribeKey', { KeyId }, target)).KeyMetadata.KeyState, 'PendingDeletion');
});

it('Terraform makes groups, roles, providers and account settings that decide, changes them, and takes them away', {
  skip,
}, async (t) => {
  const terraform = await appliedExample(t, 'terraform-identities');
  const { target } = terraform;
  const asUser = await userOf(terraform);
  await sdk.call('ListKeys', {}, asUser);
  const RoleArn = (await terraform.outputs()).role_arn!;
  const { Credentials } = await sdk.call('AssumeRole', { RoleArn, RoleSessionName: 'test' }, asUser);
  const credentials = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
  await refused(sdk.call('ListKeys', {}, { ...target, credentials }), 'AccessDeniedException');
  const { Arn } = await sdk.call('GetCallerIdentity', {}, { ...target, credentials });
  assert.match(Arn, /:assumed-role\/app\/test$/);

  await terraform.change(
    ['Action = "kms:ListKeys"', 'Action = ["kms:ListKeys", "kms:ListAliases"]'],
    ['"kms:Encrypt", "kms:Decrypt"', '"kms:Encrypt"'],
    ['The application', 'The application, changed'],
    ['max_session_duration = 7200', 'max_session_duration = 3600'],
    ['minimum_password_length        = 14', 'minimum_password_length        = 16'],
    ['https://idp.example.com/sso', 'https://idp.example.com/sso2'],
    ['client_id_list  = ["sts.amazonaws.com"]', 'client_id_list  = ["sts.amazonaws.com", "other"]'],
  );
  await sdk.call('ListAliases', {}, asUser);
  const PolicyArn = `arn:aws:iam::${account}:policy/use-keys`;
  assert.equal((await sdk.call('GetPolicy', { PolicyArn }, target)).Policy.DefaultVersionId, 'v2');

  await terraform.run('destroy', '-no-color', '-auto-approve');
  await refused(sdk.call('GetRole', { RoleName: 'app' }, target), 'NoSuchEntity');
  await refused(sdk.call('GetCallerIdentity', {}, { ...target, credentials }), 'InvalidClientTokenId');
});
