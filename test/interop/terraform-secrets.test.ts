import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sdk } from './drivers/sdk.ts';
import { refused } from './stage.ts';
import { appliedExample, skip } from './terraform.ts';

it('Terraform makes parameters and a secret with a replica, changes them, and takes them away', { skip }, async (t) => {
  const terraform = await appliedExample(t, 'terraform-secrets');
  const { target } = terraform;
  const SecretId = (await terraform.outputs()).secret_arn!;
  const password = async (): Promise<string> =>
    JSON.parse((await sdk.call('secretsmanager:GetSecretValue', { SecretId }, target)).SecretString).password;
  const parameter = async (Name: string) =>
    (await sdk.call('ssm:GetParameter', { Name, WithDecryption: true }, target)).Parameter;
  assert.equal(await password(), 'first');
  assert.equal((await parameter('/app/prod/token')).Value, 't0ken');
  assert.equal((await parameter('/app/prod/zones')).Type, 'StringList');
  const replica = { ...target, region: 'eu-west-1' };
  await sdk.call('secretsmanager:GetSecretValue', { SecretId: 'app/prod/db' }, replica);

  await terraform.change(
    ['password = "first"', 'password = "second"'],
    ['"t0ken"', '"t0ken2"'],
    ['"a,b,c"', '"a,b"'],
    ['Where the database is', 'Where the database is now'],
    ['Login of the application', 'Login of the application, changed'],
    ['tags        = { team = "blue" }', 'tags        = { team = "green" }'],
    ['"secretsmanager:GetSecretValue"', '"secretsmanager:DescribeSecret"'],
  );
  assert.equal(await password(), 'second');
  const changed = await parameter('/app/prod/token');
  assert.deepEqual([changed.Value, changed.Version], ['t0ken2', 2]);

  await terraform.run('destroy', '-no-color', '-auto-approve');
  await refused(sdk.call('secretsmanager:GetSecretValue', { SecretId }, target), 'InvalidRequestException');
  await refused(sdk.call('ssm:GetParameter', { Name: '/app/prod/zones' }, target), 'ParameterNotFound');
});
