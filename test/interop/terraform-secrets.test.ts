import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { rotationPackage } from './checks/rotation.ts';
import { sdk } from './drivers/sdk.ts';
import { refused } from './stage.ts';
import { appliedExample, skip } from './terraform.ts';

it('Terraform makes parameters of every type and tier, settings and secrets, changes them, and takes them away', {
  skip,
}, async (t) => {
  const terraform = await appliedExample(t, 'terraform-secrets');
  const { target } = terraform;
  const outputs = await terraform.outputs();
  const SecretId = outputs.secret_arn!;
  const password = async (as = target): Promise<string> =>
    JSON.parse((await sdk.call('secretsmanager:GetSecretValue', { SecretId: 'app/prod/db' }, as)).SecretString)
      .password;
  const parameter = async (Name: string) =>
    (await sdk.call('ssm:GetParameter', { Name, WithDecryption: true }, target)).Parameter;
  const tierOf = async (Name: string) => {
    const ParameterFilters = [{ Key: 'Name', Values: [Name] }];
    return (await sdk.call('ssm:DescribeParameters', { ParameterFilters }, target)).Parameters[0].Tier;
  };
  const settingOf = async (name: string) =>
    (await sdk.call('ssm:GetServiceSetting', { SettingId: `/ssm/parameter-store/${name}` }, target)).ServiceSetting
      .SettingValue;
  const away = ['eu-west-1', 'eu-west-2'].map((region) => ({ ...target, region }));
  assert.equal(await password(), 'first');
  assert.equal(outputs.password, 'first');
  for (const replica of away) assert.equal(await password(replica), 'first');
  assert.equal((await parameter('/app/prod/token')).Value, 't0ken');
  assert.equal((await parameter('/app/prod/zones')).Type, 'StringList');
  assert.equal((await parameter('/app/prod/image')).DataType, 'aws:ec2:image');
  assert.equal(outputs.every!.split(' ').length, 9);
  assert.deepEqual(
    [
      await tierOf('/app/prod/long'),
      await tierOf('/every/String/Intelligent-Tiering'),
      await tierOf('/every/String/Advanced'),
    ],
    ['Advanced', 'Standard', 'Advanced'],
  );
  assert.deepEqual(
    [await settingOf('high-throughput-enabled'), await settingOf('default-parameter-tier')],
    ['true', 'Intelligent-Tiering'],
  );
  const bytes = await sdk.call(
    'secretsmanager:GetSecretValue',
    { SecretId: 'app/prod/bytes', VersionStage: 'BLUE' },
    target,
  );
  assert.equal(bytes.SecretBinary.toString(), 'not a string');

  await terraform.change(
    ['password = "first"', 'password = "second"'],
    ['value = "first"', 'value = "second"'],
    ['"t0ken"', '"t0ken2"'],
    ['"a,b,c"', '"a,b"'],
    ['Where the database is', 'Where the database is now'],
    ['Login of the application', 'Login of the application, changed'],
    ['tags        = { team = "blue" }', 'tags        = { team = "green" }'],
    ['"secretsmanager:GetSecretValue"', '"secretsmanager:DescribeSecret"'],
    ['setting_value = "Intelligent-Tiering"', 'setting_value = "Advanced"'],
    ['["AWSCURRENT", "BLUE"]', '["AWSCURRENT", "GREEN"]'],
    ['  replica {\n    region = "eu-west-2"\n  }\n', ''],
    ['range(500)', 'range(600)'],
  );
  assert.equal(await password(), 'second');
  assert.equal(await password(away[0]), 'second');
  await refused(password(away[1]), 'ResourceNotFoundException');
  const changed = await parameter('/app/prod/token');
  assert.deepEqual([changed.Value, changed.Version], ['t0ken2', 2]);
  assert.equal((await parameter('/every/SecureString/Advanced')).Value, 'second');
  assert.equal(await settingOf('default-parameter-tier'), 'Advanced');
  const { VersionIdsToStages } = await sdk.call(
    'secretsmanager:DescribeSecret',
    { SecretId: 'app/prod/bytes' },
    target,
  );
  assert.deepEqual(Object.values(VersionIdsToStages), [['AWSCURRENT', 'GREEN']]);

  await terraform.run('destroy', '-no-color', '-auto-approve');
  await refused(sdk.call('secretsmanager:GetSecretValue', { SecretId }, target), 'InvalidRequestException');
  await refused(sdk.call('ssm:GetParameter', { Name: '/app/prod/zones' }, target), 'ParameterNotFound');
  assert.deepEqual((await sdk.call('ssm:DescribeParameters', {}, target)).Parameters, []);
  assert.equal(await settingOf('high-throughput-enabled'), 'false');
});

it('Terraform makes a function with its permissions and alias and a secret that it rotates, changes them, and takes them away', {
  skip,
}, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-rotation-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const function_zip = join(directory, 'function.zip');
  writeFileSync(function_zip, rotationPackage());
  const terraform = await appliedExample(t, 'terraform-rotation', { variables: async () => ({ function_zip }) });
  const { target } = terraform;
  const SecretId = (await terraform.outputs()).secret_arn!;
  const described = () => sdk.call('secretsmanager:DescribeSecret', { SecretId }, target);
  const rotated = async (before: Date | undefined): Promise<Date> => {
    for (let attempt = 0; attempt < 300; attempt++) {
      const { LastRotatedDate } = await described();
      if (LastRotatedDate !== undefined && LastRotatedDate.getTime() !== before?.getTime()) return LastRotatedDate;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.fail('the secret was not rotated within a minute');
  };
  await rotated(undefined);
  const { SecretString, VersionId } = await sdk.call('secretsmanager:GetSecretValue', { SecretId }, target);
  assert.equal(JSON.parse(SecretString).password, VersionId);
  assert.equal((await described()).RotationRules.AutomaticallyAfterDays, 30);
  const FunctionName = 'rotate-api-key';
  const alias = async () => sdk.call('lambda:GetAlias', { FunctionName, Name: 'live' }, target);
  assert.equal((await alias()).FunctionVersion, '1');
  const policyOf = async (more: object = {}) =>
    JSON.parse((await sdk.call('lambda:GetPolicy', { FunctionName, ...more }, target)).Policy).Statement;
  assert.equal((await policyOf())[0].Principal.Service, 'secretsmanager.amazonaws.com');
  assert.equal((await policyOf({ Qualifier: 'live' })).length, 1);

  writeFileSync(function_zip, rotationPackage('// changed'));
  await terraform.change(
    ['Rotates the key of the API', 'Rotates the key of the API, changed'],
    ['automatically_after_days = 30', 'schedule_expression = "rate(10 days)"\n    duration            = "3h"'],
    ['{ STAGE = "production" }', '{ STAGE = "test" }'],
    ['{ team = "blue" }', '{ team = "green" }'],
    ['timeout          = 30', 'timeout          = 20'],
    ['"SecretsManager"', '"Rotation"'],
  );
  assert.equal((await alias()).FunctionVersion, '2');
  const { RotationRules, RotationEnabled } = await described();
  assert.deepEqual([RotationEnabled, RotationRules], [true, { ScheduleExpression: 'rate(10 days)', Duration: '3h' }]);
  const { Environment, Timeout } = await sdk.call('lambda:GetFunctionConfiguration', { FunctionName }, target);
  assert.deepEqual([Environment.Variables, Timeout], [{ STAGE: 'test' }, 20]);
  assert.equal((await policyOf())[0].Sid, 'Rotation');

  await terraform.run('destroy', '-no-color', '-auto-approve');
  await refused(sdk.call('lambda:GetFunction', { FunctionName }, target), 'ResourceNotFoundException');
  await refused(described(), 'ResourceNotFoundException');
});
