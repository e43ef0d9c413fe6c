import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { it } from 'node:test';
import { sdk } from './drivers/sdk.ts';
import { policyDocument, refused } from './stage.ts';
import { appliedExample, skip } from './terraform.ts';

it('Terraform makes a key of every spec, policies, grants and secrets that decide, changes them, and takes them away', {
  skip,
}, async (t) => {
  const terraform = await appliedExample(t, 'terraform-kms');
  const { target } = terraform;
  const outputs = await terraform.outputs();
  const { key_arn: KeyId, ciphertext, role_arn: RoleArn } = outputs;
  assert.equal(outputs.target_key_arn, KeyId);
  assert.deepEqual(outputs.secrets, { password: 'correct horse battery staple', each_time: 'encrypted at every run' });
  const publicKeys = Object.entries(outputs.public_keys!).map(([name, pem]) => [
    name.slice(0, 3),
    createPublicKey(pem).asymmetricKeyType,
  ]);
  assert.equal(publicKeys.length, 13);
  for (const [kind, type] of publicKeys) assert.equal(type, kind === 'rsa' ? 'rsa' : 'ec');

  const { KeyMetadata } = await sdk.call('CreateKey', {}, target);
  await sdk.call('CreateUser', { UserName: 'u' }, target);
  const PolicyDocument = policyDocument({ Action: 'sts:AssumeRole' });
  await sdk.call('PutUserPolicy', { UserName: 'u', PolicyName: 'assume', PolicyDocument }, target);
  const { AccessKey } = await sdk.call('CreateAccessKey', { UserName: 'u' }, target);
  const user = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  const assumed = { RoleArn, RoleSessionName: 'test' };
  const { Credentials } = await sdk.call('AssumeRole', assumed, { ...target, credentials: user });
  const credentials = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
  const asReader = { ...target, credentials };
  const finance = { EncryptionContext: { department: 'finance' } };
  const CiphertextBlob = Buffer.from(ciphertext!, 'base64');
  const { Plaintext } = await sdk.call('Decrypt', { CiphertextBlob, ...finance }, asReader);
  assert.equal(Plaintext.toString(), 'correct horse battery staple');
  await sdk.call('Encrypt', { KeyId, Plaintext, ...finance }, asReader);
  await refused(sdk.call('Encrypt', { KeyId, Plaintext }, asReader), 'AccessDeniedException');
  await refused(sdk.call('Encrypt', { KeyId: KeyMetadata.KeyId, Plaintext }, asReader), 'AccessDeniedException');

  await terraform.change(
    ['rotation_period_in_days = 180', 'rotation_period_in_days = 90'],
    ['"Encrypt", "Decrypt", "DescribeKey"', '"Decrypt"'],
    ['rotated twice a year', 'rotated every quarter'],
    ['team = "security"', 'team = "platform"'],
    ['"alias/app"', '"alias/application"'],
    ['Action    = "kms:Decrypt"', 'Action    = "kms:DescribeKey"'],
    ['correct horse', 'correct zebra'],
  );
  const status = await sdk.call('GetKeyRotationStatus', { KeyId }, target);
  assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 90]);
  await refused(sdk.call('Encrypt', { KeyId, Plaintext, ...finance }, asReader), 'AccessDeniedException');
  const changed = await sdk.call('DescribeKey', { KeyId: 'alias/application' }, target);
  assert.equal(changed.KeyMetadata.Description, 'rotated every quarter, its policy apart');
  await sdk.call('DescribeKey', { KeyId }, asReader);
  const { secrets } = await terraform.outputs();
  assert.equal((secrets as unknown as { password: string }).password, 'correct zebra battery staple');

  await terraform.run('destroy', '-no-color', '-auto-approve');
  const { Keys } = await sdk.call('ListKeys', {}, target);
  const states = await Promise.all(
    Keys.map(async ({ KeyId }: { KeyId: string }) => [
      KeyId,
      (await sdk.call('DescribeKey', { KeyId }, target)).KeyMetadata.KeyState,
    ]),
  );
  for (const [id, state] of states) assert.equal(state, id === KeyMetadata.KeyId ? 'Enabled' : 'PendingDeletion');
  assert.equal(states.length, 20);
  const { Aliases } = await sdk.call('ListAliases', {}, target);
  assert.deepEqual(
    Aliases.filter(({ AliasName }: { AliasName: string }) => !AliasName.startsWith('alias/aws/')),
    [],
  );
});
