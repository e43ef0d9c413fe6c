import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { account, region } from '../../spawned-server.ts';
import { billOf, hoursOfMonth, toTheMiddleOfAMonth } from '../bill.ts';
import { accountPrincipal, type Check, policyDocument, refused, type Stage, type Statement } from '../stage.ts';

const marked = "You can't perform this operation on the secret because it was marked for deletion.";
const notFound = "Secrets Manager can't find the specified secret.";

/** Makes a secret that no other check uses, with the client under test. */
export const made = (stage: Stage, more: object = {}) => {
  const Name = `app/${randomUUID()}`;
  return stage.call('secretsmanager:CreateSecret', { Name, SecretString: '{"password":"first"}', ...more });
};

/** Reads the string of a secret with the client under test. */
export const read = async (
  stage: Stage,
  SecretId: string,
  more: object = {},
  as: Parameters<Stage['call']>[2] = {},
): Promise<string> => (await stage.call('secretsmanager:GetSecretValue', { SecretId, ...more }, as)).SecretString;

/** Secrets: their versions, keys, sharing, deletion and price. */
export const secretChecks: readonly Check[] = [
  {
    id: 'SM-01',
    sentence: 'secrets are found by name, ARN and partial ARN; AWSCURRENT moves to a new value, AWSPREVIOUS behind it',
    run: async (stage) => {
      const { ARN, Name, VersionId } = await made(stage);
      assert.match(ARN, new RegExp(`^arn:aws:secretsmanager:${region}:${account}:secret:${Name}-[A-Za-z0-9]{6}$`));
      const put = { SecretId: Name, SecretString: 'second' };
      const second = (await stage.call('secretsmanager:PutSecretValue', put)).VersionId;
      for (const id of [Name, ARN, ARN.slice(0, -7)]) assert.equal(await read(stage, id), 'second');
      assert.equal(await read(stage, Name, { VersionStage: 'AWSPREVIOUS' }), '{"password":"first"}');
      const described = await stage.call('secretsmanager:DescribeSecret', { SecretId: Name });
      assert.deepEqual(described.VersionIdsToStages, { [VersionId]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
      await refused(read(stage, `${ARN.slice(0, -6)}AAAAAA`), 'ResourceNotFoundException', notFound);
    },
  },
  {
    id: 'SM-01',
    sentence: 'a secret is any text or bytes',
    run: async (stage) => {
      const { Name: SecretId } = await made(stage);
      for (const SecretString of ['{"a":{"b":[1,null,"ü"]}}', 'no JSON at all', ' ', '1']) {
        await stage.call('secretsmanager:PutSecretValue', { SecretId, SecretString });
        assert.equal(await read(stage, SecretId), SecretString);
      }
      const SecretBinary = Buffer.from([0, 255, 10, 128]);
      await stage.call('secretsmanager:PutSecretValue', { SecretId, SecretBinary });
      const answer = await stage.call('secretsmanager:GetSecretValue', { SecretId });
      assert.deepEqual([answer.SecretBinary, answer.SecretString], [SecretBinary, undefined]);
    },
  },
  {
    id: 'SM-04',
    sentence: 'every value is under KMS with its ARN and version as context; without the key it stays shut',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const { ARN, VersionId } = await made(stage, { KmsKeyId: KeyId });
      await read(stage, ARN);
      for (const operation of ['GenerateDataKey', 'Decrypt']) {
        const event = (await stage.journal(operation)).findLast(({ resources }) => resources?.[0]?.ARN === Arn)!;
        const { encryptionContext } = event.requestParameters as { encryptionContext: object };
        assert.deepEqual(encryptionContext, { SecretARN: ARN, SecretVersionId: VersionId });
        assert.equal(event.userIdentity.invokedBy, 'secretsmanager.amazonaws.com');
      }
      await stage.arrange('DisableKey', { KeyId });
      await refused(read(stage, ARN), 'DecryptionFailure', /Check that the KMS key is available, enabled/);
      const changed = stage.call('secretsmanager:PutSecretValue', { SecretId: ARN, SecretString: 'x' });
      await refused(changed, 'EncryptionFailure', /Check that the KMS key is available, enabled/);
    },
  },
  {
    id: 'SM-04',
    sentence: 'a secret that names no key is under aws/secretsmanager; who may not decrypt is refused, and journalled',
    run: async (stage) => {
      const { ARN } = await made(stage);
      await read(stage, ARN);
      const used = (await stage.journal('Decrypt')).at(-1)!.resources![0]!.ARN;
      const { KeyMetadata } = await stage.arrange('DescribeKey', { KeyId: 'alias/aws/secretsmanager' });
      assert.deepEqual([used, KeyMetadata.KeyManager], [KeyMetadata.Arn, 'AWS']);
      const { KeyId } = await stage.key();
      const under = await made(stage, { KmsKeyId: KeyId });
      const reader = await stage.user({ Action: 'secretsmanager:GetSecretValue' });
      await refused(read(stage, under.ARN, {}, reader), 'AccessDeniedException', 'Access to KMS is not allowed');
      const denied = (await stage.journal('Decrypt')).findLast(({ userIdentity }) => userIdentity.arn === reader.arn)!;
      assert.deepEqual(
        [denied.errorCode, denied.userIdentity.invokedBy, denied.sourceIPAddress],
        ['AccessDenied', 'secretsmanager.amazonaws.com', 'secretsmanager.amazonaws.com'],
      );
    },
  },
  {
    id: 'SM-05',
    sentence: 'another account reads by ARN where secret and customer key both let it, and not under the key of AWS',
    run: async (stage) => {
      const reader = await stage.otherUser({ Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'] });
      const other = { AWS: `arn:aws:iam::${reader.arn.split(':')[4]}:root` };
      const own: Statement = { Principal: accountPrincipal, Action: 'kms:*' };
      const shared = await stage.key({ Policy: policyDocument(own, { Principal: other, Action: 'kms:Decrypt' }) });
      const closed = await stage.key();
      const ResourcePolicy = policyDocument({ Principal: other, Action: 'secretsmanager:GetSecretValue' });
      const secretUnder = async (key: object): Promise<string> => {
        const { ARN } = await made(stage, key);
        await refused(
          read(stage, ARN, {}, reader),
          'AccessDeniedException',
          /not authorized to perform: secretsmanager:GetSecretValue/,
        );
        await stage.call('secretsmanager:PutResourcePolicy', {
          SecretId: ARN,
          ResourcePolicy,
          BlockPublicPolicy: true,
        });
        return ARN;
      };
      const ARN = await secretUnder({ KmsKeyId: shared.KeyId });
      assert.equal(await read(stage, ARN, {}, reader), '{"password":"first"}');
      const byName = ARN.split(':').at(-1)!.slice(0, -7);
      await refused(read(stage, byName, {}, reader), 'ResourceNotFoundException', notFound);
      await refused(read(stage, await secretUnder({ KmsKeyId: closed.KeyId }), {}, reader), 'AccessDeniedException');
      await refused(
        read(stage, await secretUnder({}), {}, reader),
        'InvalidRequestException',
        "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
      );
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
    sentence: 'a deleted secret may be restored for 7 to 30 days, and then is gone; by force it is gone at once',
    run: async (stage) => {
      const { Name } = await made(stage);
      const SecretId = Name;
      for (const RecoveryWindowInDays of [6, 31]) {
        const sentence = 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).';
        const asked = stage.call('secretsmanager:DeleteSecret', { SecretId, RecoveryWindowInDays });
        await refused(asked, 'InvalidParameterException', sentence);
      }
      await stage.call('secretsmanager:DeleteSecret', { SecretId, RecoveryWindowInDays: 7 });
      await refused(read(stage, Name), 'InvalidRequestException', marked);
      const again = () => stage.call('secretsmanager:CreateSecret', { Name, SecretString: 'x' });
      await refused(
        again(),
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
      await stage.call('secretsmanager:RestoreSecret', { SecretId });
      assert.equal(await read(stage, Name), '{"password":"first"}');
      await stage.call('secretsmanager:DeleteSecret', { SecretId, RecoveryWindowInDays: 30 });
      await stage.advance(29.9);
      await refused(read(stage, Name), 'InvalidRequestException', marked);
      await stage.advance(0.2);
      await refused(read(stage, Name), 'ResourceNotFoundException', notFound);
      await again();
      await stage.call('secretsmanager:DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
      await refused(read(stage, Name), 'ResourceNotFoundException', notFound);
      await again();
    },
  },
  {
    id: 'SM-08',
    sentence:
      'a secret is $0.40 a month, by the hour, and 10,000 calls are $0.05: more than a standard parameter, which is free',
    run: async (stage) => {
      const Filters = [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: 'us-east-1' }];
      const { PriceList } = await stage.call('pricing:GetProducts', { ServiceCode: 'AWSSecretsManager', Filters });
      const prices = JSON.stringify(PriceList.map((product: unknown) => JSON.parse(String(product))));
      for (const usd of ['0.4000000000', '0.0000050000']) assert.ok(prices.includes(`"USD":"${usd}"`), usd);

      await toTheMiddleOfAMonth(stage);
      const there = { region: regions.pop()! };
      const create = (Name: string) => stage.call('secretsmanager:CreateSecret', { Name, SecretString: 'x' }, there);
      await create('a');
      await create('b');
      for (let n = 0; n < 8; n++) await stage.arrange('secretsmanager:GetSecretValue', { SecretId: 'a' }, there);
      await stage.call('ssm:PutParameter', { Name: 'p', Value: 'x', Type: 'String' }, there);
      await stage.advance(5);
      const bill = await billOf(stage, 'AWS Secrets Manager', there.region);
      assert.deepEqual(bill.AWSSecretsManagerAPIRequest, [10 * 0.000005, 10]);
      const spent = (0.4 * 2 * 5 * 24) / (await hoursOfMonth(stage));
      const [usd] = bill['AWSSecretsManager-Secrets']!;
      assert.ok(Math.abs(usd - spent) < 0.004, `${usd} not ${spent}`);
      assert.deepEqual(await billOf(stage, 'AWS Systems Manager', there.region), {});
    },
  },
];

const regions = ['eu-west-1', 'eu-west-2', 'us-west-2'];
