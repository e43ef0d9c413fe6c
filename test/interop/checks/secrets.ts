import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { account, region } from '../../spawned-server.ts';
import { type Check, policyDocument, refused, type Stage } from '../stage.ts';

const marked = "You can't perform this operation on the secret because it was marked for deletion.";

const made = (stage: Stage, more: object = {}) => {
  const Name = `app/${randomUUID()}`;
  return stage.call('secretsmanager:CreateSecret', { Name, SecretString: '{"password":"first"}', ...more });
};
const read = async (stage: Stage, SecretId: string, more: object = {}) =>
  (await stage.call('secretsmanager:GetSecretValue', { SecretId, ...more })).SecretString;

/** Secrets: their versions, keys, sharing and deletion. */
export const secretChecks: readonly Check[] = [
  {
    id: 'SM-01',
    sentence: 'secrets are found by name, ARN and partial ARN; AWSCURRENT moves to a new value, AWSPREVIOUS behind it',
    run: async (stage) => {
      const { ARN, Name, VersionId } = await made(stage);
      assert.match(ARN, /:secret:app\/.+-[A-Za-z0-9]{6}$/);
      await stage.call('secretsmanager:PutSecretValue', { SecretId: Name, SecretString: 'second' });
      for (const id of [Name, ARN, ARN.slice(0, -7)]) assert.equal(await read(stage, id), 'second');
      assert.equal(await read(stage, Name, { VersionStage: 'AWSPREVIOUS' }), '{"password":"first"}');
      const { VersionIdsToStages } = await stage.call('secretsmanager:DescribeSecret', { SecretId: Name });
      assert.deepEqual(VersionIdsToStages[VersionId], ['AWSPREVIOUS']);
    },
  },
  {
    id: 'SM-04',
    sentence: 'every value is under KMS with its ARN and version as context; without the key it stays shut',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const { ARN, VersionId } = await made(stage, { KmsKeyId: KeyId });
      await read(stage, ARN);
      const decrypted = (await stage.journal('Decrypt')).at(-1)!;
      assert.equal(decrypted.resources?.[0]?.ARN, Arn);
      const { encryptionContext } = decrypted.requestParameters as { encryptionContext: object };
      assert.deepEqual(encryptionContext, { SecretARN: ARN, SecretVersionId: VersionId });
      await stage.arrange('DisableKey', { KeyId });
      await refused(read(stage, ARN), 'DecryptionFailure');
    },
  },
  {
    id: 'SM-05',
    sentence: 'a policy for everybody is refused where public policies are blocked',
    run: async (stage) => {
      const { ARN: SecretId } = await made(stage);
      const everybody = { Principal: '*' as const, Action: 'secretsmanager:GetSecretValue', Resource: '*' };
      const ResourcePolicy = policyDocument(everybody);
      const put = { SecretId, ResourcePolicy, BlockPublicPolicy: true };
      await refused(stage.call('secretsmanager:PutResourcePolicy', put), 'PublicPolicyException');
      const checked = await stage.call('secretsmanager:ValidateResourcePolicy', { SecretId, ResourcePolicy });
      assert.equal(checked.PolicyValidationPassed, false);
    },
  },
  {
    id: 'SM-07',
    sentence: 'a deleted secret may be restored in its recovery window, or is deleted at once by force',
    run: async (stage) => {
      const { Name } = await made(stage);
      const SecretId = Name;
      await stage.call('secretsmanager:DeleteSecret', { SecretId, RecoveryWindowInDays: 7 });
      await refused(read(stage, Name), 'InvalidRequestException', marked);
      const again = stage.call('secretsmanager:CreateSecret', { Name, SecretString: 'x' });
      await refused(again, 'InvalidRequestException', /already scheduled for deletion/);
      await stage.call('secretsmanager:RestoreSecret', { SecretId });
      assert.equal(await read(stage, Name), '{"password":"first"}');
      await stage.call('secretsmanager:DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
      await refused(read(stage, Name), 'ResourceNotFoundException', /can't find the specified secret/);
    },
  },
];

const put = (stage: Stage, Name: string, Value: string, more: object = {}) =>
  stage.call('ssm:PutParameter', { Name, Value, Type: 'String', ...more });
const parameter = async (stage: Stage, Name: string, WithDecryption = false) =>
  (await stage.call('ssm:GetParameter', { Name, WithDecryption })).Parameter;
const newPath = (): string => `/check-${randomUUID()}`;

/** Parameters: types, versions, hierarchies, tiers, policies, references and public ones. */
export const parameterChecks: readonly Check[] = [
  {
    id: 'SSM-01',
    sentence: 'a SecureString is ciphertext until it is decrypted under KMS, with its ARN as context',
    run: async (stage) => {
      const name = `${newPath()}/secret`;
      await put(stage, name, 's3cret', { Type: 'SecureString' });
      assert.notEqual((await parameter(stage, name)).Value, 's3cret');
      assert.equal((await parameter(stage, name, true)).Value, 's3cret');
      const { encryptionContext } = (await stage.journal('Decrypt')).at(-1)!.requestParameters as {
        encryptionContext: object;
      };
      assert.deepEqual(encryptionContext, { PARAMETER_ARN: `arn:aws:ssm:${region}:${account}:parameter${name}` });
    },
  },
  {
    id: 'SSM-02',
    sentence: 'a parameter is read by version and by label',
    run: async (stage) => {
      const name = `${newPath()}/v`;
      await put(stage, name, 'a');
      assert.equal((await put(stage, name, 'b', { Overwrite: true })).Version, 2);
      const labelled = { Name: name, ParameterVersion: 1, Labels: ['live', '1bad'] };
      const { InvalidLabels } = await stage.call('ssm:LabelParameterVersion', labelled);
      assert.deepEqual(InvalidLabels, ['1bad']);
      assert.equal((await parameter(stage, `${name}:1`)).Value, 'a');
      assert.equal((await parameter(stage, `${name}:live`)).Value, 'a');
    },
  },
  {
    id: 'SSM-03',
    sentence: 'a path lists one level or all of them; 16 levels are too many',
    run: async (stage) => {
      const Path = newPath();
      await put(stage, `${Path}/a`, '1');
      await put(stage, `${Path}/b/c`, '2');
      const names = async (more: object) =>
        (await stage.call('ssm:GetParametersByPath', { Path, ...more })).Parameters.map(
          (each: { Name: string }) => each.Name,
        );
      assert.deepEqual(await names({}), [`${Path}/a`]);
      assert.deepEqual(await names({ Recursive: true }), [`${Path}/a`, `${Path}/b/c`]);
      await refused(put(stage, `${Path}${'/x'.repeat(15)}`, 'x'), 'HierarchyLevelLimitExceededException');
    },
  },
  {
    id: 'SSM-04',
    sentence: 'the standard tier takes 4096 characters, and an advanced parameter stays one',
    run: async (stage) => {
      const name = `${newPath()}/t`;
      await refused(put(stage, name, 'x'.repeat(4097)), 'ValidationException', /^Standard tier parameters support/);
      await put(stage, name, 'x'.repeat(4097), { Tier: 'Advanced' });
      const down = put(stage, name, 'x', { Tier: 'Standard', Overwrite: true });
      await refused(down, 'ValidationException', /can't downgrade/);
    },
  },
  {
    id: 'SSM-05',
    sentence: 'policies that contradict each other, or that there are not, are refused',
    run: async (stage) => {
      const expiration = { Type: 'Expiration', Version: '1.0', Attributes: { Timestamp: '2099-12-02T21:34:33.000Z' } };
      const withPolicies = (...policies: object[]) =>
        put(stage, `${newPath()}/p`, 'x', { Tier: 'Advanced', Policies: JSON.stringify(policies) });
      await refused(withPolicies(expiration, expiration), 'IncompatiblePolicyException');
      await refused(withPolicies({ ...expiration, Type: 'Other' }), 'InvalidPolicyTypeException');
      await withPolicies(expiration);
    },
  },
  {
    id: 'SSM-08',
    sentence: 'a secret is read by reference, and only with decryption',
    run: async (stage) => {
      const { Name } = await made(stage);
      const reference = `/aws/reference/secretsmanager/${Name}`;
      const { Value, SourceResult } = await parameter(stage, reference, true);
      assert.equal(Value, '{"password":"first"}');
      assert.equal(JSON.parse(SourceResult).Name, Name);
      await refused(
        parameter(stage, reference),
        'ValidationException',
        'WithDecryption flag must be True for retrieving a Secret Manager secret.',
      );
    },
  },
  {
    id: 'SSM-09',
    sentence: 'public parameters are read in every Region and written by nobody',
    run: async (stage) => {
      const image = '/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2';
      const found = await parameter(stage, image);
      assert.equal(found.ARN, `arn:aws:ssm:${region}::parameter${image}`);
      const elsewhere = await stage.call('ssm:GetParameter', { Name: image }, { region: 'eu-west-2' });
      assert.match(elsewhere.Parameter.Value, /^ami-/);
      await refused(
        put(stage, '/aws/x', 'x'),
        'AccessDeniedException',
        'No access to reserved parameter name: /aws/x.',
      );
    },
  },
  {
    id: 'SSM-10',
    sentence: 'higher throughput is a setting of the account',
    run: async (stage) => {
      const SettingId = '/ssm/parameter-store/high-throughput-enabled';
      await stage.call('ssm:UpdateServiceSetting', { SettingId, SettingValue: 'true' });
      const { ServiceSetting } = await stage.call('ssm:GetServiceSetting', { SettingId });
      assert.equal(ServiceSetting.SettingValue, 'true');
      await stage.call('ssm:ResetServiceSetting', { SettingId });
    },
  },
];
