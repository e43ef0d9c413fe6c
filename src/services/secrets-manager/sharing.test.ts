import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateKeyCommand, DisableKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  type GetRandomPasswordCommandInput,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
  StopReplicationToReplicaCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { rootCredentials, testServer } from '../../testing/server.ts';

const account = '111122223333';
const guest = '999999999999';
const guestKey = { id: 'AKIAGUESTGUESTGUEST1', secret: 'guest-secret-access-key-0123456789' };
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const create = (sm: SecretsManagerClient, Name: string, more: Partial<CreateSecretCommandInput> = {}) =>
  sm.send(new CreateSecretCommand({ Name, SecretString: 'first', ...more }));
const get = (sm: SecretsManagerClient, SecretId: string) => sm.send(new GetSecretValueCommand({ SecretId }));
const policyOf = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Principal: unknown, more = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  ...more,
});

describe('a resource policy', () => {
  it('shares a secret under a customer key with another account, and not one under the key that AWS manages', async () => {
    const server = await testServer({
      seedText: JSON.stringify({
        accounts: [account, guest],
        users: [{ account: guest, name: 'reader', accessKeys: [guestKey], policies: { all: everything } }],
      }),
    });
    const sm = server.client(SecretsManagerClient);
    const reader = { accessKeyId: guestKey.id, secretAccessKey: guestKey.secret };
    const other = server.client(SecretsManagerClient, reader);
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const own = await create(sm, 'own');
    const shared = await create(sm, 'shared', { KmsKeyId: KeyMetadata!.Arn });
    await assert.rejects(get(other, shared.ARN!), {
      name: 'AccessDeniedException',
      message: /not authorized to perform: secretsmanager:GetSecretValue/,
    });
    for (const SecretId of ['own', 'shared']) {
      await sm.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policyOf(allow({ AWS: guest })) }));
    }
    await assert.rejects(get(other, own.ARN!), {
      name: 'InvalidRequestException',
      message: /^You can't access a secret from a different AWS account if you encrypt the secret with the default/,
    });
    await assert.rejects(get(other, shared.ARN!), {
      name: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
    });
    const Policy = policyOf(
      { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: guest }, Action: 'kms:Decrypt', Resource: '*' },
    );
    await kms.send(new PutKeyPolicyCommand({ KeyId: KeyMetadata!.KeyId, Policy }));
    assert.equal((await get(other, shared.ARN!)).SecretString, 'first');
    await assert.rejects(get(other, shared.ARN!.slice(0, -7)), { name: 'ResourceNotFoundException' });
  });

  it('is shown as it was put, and taken off', async () => {
    const server = await testServer();
    const sm = server.client(SecretsManagerClient);
    await create(sm, 's');
    const ResourcePolicy = policyOf(allow({ AWS: `arn:aws:iam::${account}:root` }));
    const shown = async () => (await sm.send(new GetResourcePolicyCommand({ SecretId: 's' }))).ResourcePolicy;
    assert.equal(await shown(), undefined);
    await sm.send(new PutResourcePolicyCommand({ SecretId: 's', ResourcePolicy }));
    assert.equal(await shown(), ResourcePolicy);
    await sm.send(new DeleteResourcePolicyCommand({ SecretId: 's' }));
    assert.equal(await shown(), undefined);
  });

  const org = { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } };
  for (const [sentence, policy, isPublic] of [
    ['everybody', allow('*'), true],
    ['everybody, written out', allow({ AWS: ['*'] }), true],
    ['everybody from anywhere', allow('*', { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }), true],
    ['everybody over TLS', allow('*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), true],
    ['everybody in an organization', allow('*', { Condition: org }), false],
    ['an account', allow({ AWS: account }), false],
    ['everybody, a refusal', { ...allow('*'), Effect: 'Deny', Action: 'secretsmanager:DeleteSecret' }, false],
  ] as const) {
    it(`for ${sentence} is ${isPublic ? '' : 'not '}public`, async () => {
      const server = await testServer();
      const sm = server.client(SecretsManagerClient);
      await create(sm, 's');
      const ResourcePolicy = policyOf(policy);
      const checked = await sm.send(new ValidateResourcePolicyCommand({ SecretId: 's', ResourcePolicy }));
      assert.equal(checked.PolicyValidationPassed, !isPublic);
      const put = sm.send(new PutResourcePolicyCommand({ SecretId: 's', ResourcePolicy, BlockPublicPolicy: true }));
      if (isPublic) await assert.rejects(put, { name: 'PublicPolicyException' });
      else await put;
    });
  }

  it('must be one, name principals that exist, and not lock its author out', async () => {
    const server = await testServer();
    const sm = server.client(SecretsManagerClient);
    await create(sm, 's');
    const put = (ResourcePolicy: string) => sm.send(new PutResourcePolicyCommand({ SecretId: 's', ResourcePolicy }));
    await assert.rejects(put('{'), { name: 'MalformedPolicyDocumentException' });
    await assert.rejects(put(policyOf(allow({ AWS: `arn:aws:iam::${account}:user/nobody` }))), {
      name: 'MalformedPolicyDocumentException',
      message: 'This resource policy contains an unsupported principal.',
    });
    const lockout = policyOf({ ...allow('*'), Effect: 'Deny', Action: 'secretsmanager:*' });
    const checked = await sm.send(new ValidateResourcePolicyCommand({ ResourcePolicy: '{' }));
    assert.deepEqual([checked.PolicyValidationPassed, checked.ValidationErrors!.length], [false, 1]);
    const alice = server.client(
      SecretsManagerClient,
      await server.user('alice', { Effect: 'Allow', Action: '*', Resource: '*' }),
    );
    const asAlice = new PutResourcePolicyCommand({ SecretId: 's', ResourcePolicy: lockout });
    await assert.rejects(alice.send(asAlice), { name: 'InvalidParameterException' });
  });
});

describe('a replica', () => {
  const west = 'eu-west-1';

  /** A secret with a replica in another Region. */
  const withReplica = async () => {
    const server = await testServer();
    const sm = server.client(SecretsManagerClient);
    const made = await create(sm, 's', {
      AddReplicaRegions: [{ Region: west }],
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    return { server, sm, there: server.client(SecretsManagerClient, rootCredentials, west), made };
  };

  it('has the values, labels and tags of its primary, under the key of its Region', async () => {
    const { server, sm, there, made } = await withReplica();
    assert.deepEqual(
      made.ReplicationStatus!.map(({ Region, Status }) => [Region, Status]),
      [[west, 'InSync']],
    );
    await sm.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'second' }));
    const read = await get(there, 's');
    assert.deepEqual([read.SecretString, read.ARN], ['second', made.ARN!.replace('us-east-1', west)]);
    assert.equal((await server.journal('Decrypt')).at(-1)!.awsRegion, west);
    const told = await there.send(new DescribeSecretCommand({ SecretId: 's' }));
    assert.deepEqual([told.PrimaryRegion, told.Tags], ['us-east-1', [{ Key: 'team', Value: 'blue' }]]);
  });

  it('gets a version that becomes labelled again', async () => {
    const { server, sm } = await withReplica();
    const first = (await get(sm, 's')).VersionId!;
    for (const SecretString of ['b', 'c', 'd'])
      await sm.send(new PutSecretValueCommand({ SecretId: 's', SecretString }));
    const AddReplicaRegions = [{ Region: 'eu-west-2' }];
    await sm.send(new ReplicateSecretToRegionsCommand({ SecretId: 's', AddReplicaRegions }));
    const { VersionId } = await get(sm, 's');
    const move = { MoveToVersionId: first, RemoveFromVersionId: VersionId! };
    await sm.send(new UpdateSecretVersionStageCommand({ SecretId: 's', VersionStage: 'AWSCURRENT', ...move }));
    const third = server.client(SecretsManagerClient, rootCredentials, 'eu-west-2');
    assert.equal((await get(third, 's')).SecretString, 'first');
  });

  it('is changed by its primary alone, which is deleted after it', async () => {
    const { sm, there } = await withReplica();
    await assert.rejects(there.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'x' })), {
      name: 'InvalidRequestException',
      message: "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    });
    await assert.rejects(sm.send(new DeleteSecretCommand({ SecretId: 's' })), {
      name: 'InvalidParameterException',
      message: `You can't delete secret s that still has replica regions [${west}]`,
    });
    const RemoveReplicaRegions = [west];
    await sm.send(new RemoveRegionsFromReplicationCommand({ SecretId: 's', RemoveReplicaRegions }));
    await assert.rejects(get(there, 's'), { name: 'ResourceNotFoundException' });
    await sm.send(new DeleteSecretCommand({ SecretId: 's' }));
  });

  it('may have its key changed, and nothing else', async () => {
    const { server, sm, there } = await withReplica();
    const { KeyMetadata } = await server.client(KMSClient, rootCredentials, west).send(new CreateKeyCommand({}));
    const KmsKeyId = KeyMetadata!.Arn!;
    await there.send(new UpdateSecretCommand({ SecretId: 's', KmsKeyId }));
    assert.equal((await get(there, 's')).SecretString, 'first');
    assert.equal((await server.journal('Decrypt')).at(-1)!.resources![0]!.ARN, KmsKeyId);
    const { ReplicationStatus } = await sm.send(new DescribeSecretCommand({ SecretId: 's' }));
    assert.deepEqual(
      ReplicationStatus!.map(({ Region, Status, ...told }) => [Region, Status, told.KmsKeyId]),
      [[west, 'InSync', KmsKeyId]],
    );
    await sm.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'second' }));
    assert.equal((await get(there, 's')).SecretString, 'second');
    assert.equal((await server.journal('Decrypt')).at(-1)!.resources![0]!.ARN, KmsKeyId);
    await assert.rejects(there.send(new UpdateSecretCommand({ SecretId: 's', KmsKeyId, Description: 'x' })), {
      name: 'InvalidRequestException',
      message: "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    });
  });

  it('becomes a secret of its own', async () => {
    const { sm, there } = await withReplica();
    await there.send(new StopReplicationToReplicaCommand({ SecretId: 's' }));
    await there.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'own' }));
    assert.deepEqual([(await get(there, 's')).SecretString, (await get(sm, 's')).SecretString], ['own', 'first']);
    assert.equal((await sm.send(new DescribeSecretCommand({ SecretId: 's' }))).ReplicationStatus, undefined);
  });

  it('takes the place of another secret only by force, and tells where its key fails', async () => {
    const server = await testServer();
    const sm = server.client(SecretsManagerClient);
    const there = server.client(SecretsManagerClient, rootCredentials, west);
    await create(there, 's', { SecretString: 'other' });
    await create(sm, 's');
    const replicate = async (KmsKeyId?: string, ForceOverwriteReplicaSecret = false) => {
      const AddReplicaRegions = [{ Region: west, ...(KmsKeyId !== undefined && { KmsKeyId }) }];
      const command = { SecretId: 's', AddReplicaRegions, ForceOverwriteReplicaSecret };
      return (await sm.send(new ReplicateSecretToRegionsCommand(command))).ReplicationStatus![0]!;
    };
    const taken = await replicate();
    assert.deepEqual([taken.Status, /already exists/.test(taken.StatusMessage!)], ['Failed', true]);
    assert.equal((await get(there, 's')).SecretString, 'other');
    const kms = server.client(KMSClient, rootCredentials, west);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId }));
    assert.equal((await replicate(KeyMetadata!.Arn, true)).Status, 'Failed');
    assert.equal((await replicate(undefined, true)).Status, 'InSync');
    assert.equal((await get(there, 's')).SecretString, 'first');
  });
});

describe('a replica that takes the place of', () => {
  /** The secret `s` of one Region with a replica in another, and another secret `s` in a third. */
  const two = async (of: string, replica: string) => {
    const server = await testServer();
    const inRegion = (region: string) => server.client(SecretsManagerClient, rootCredentials, region);
    await create(inRegion(of), 's', { AddReplicaRegions: [{ Region: replica }] });
    await create(inRegion('us-east-1'), 's', { SecretString: 'other' });
    const command = { SecretId: 's', AddReplicaRegions: [{ Region: 'eu-west-1' }], ForceOverwriteReplicaSecret: true };
    const { ReplicationStatus } = await inRegion('us-east-1').send(new ReplicateSecretToRegionsCommand(command));
    return { inRegion, status: ReplicationStatus![0]! };
  };

  it('the primary of others fails, and leaves them as they are', async () => {
    const { inRegion, status } = await two('eu-west-1', 'ap-south-1');
    assert.deepEqual([status.Status, /replica regions \[ap-south-1\]/.test(status.StatusMessage!)], ['Failed', true]);
    for (const region of ['eu-west-1', 'ap-south-1'])
      assert.equal((await get(inRegion(region), 's')).SecretString, 'first');
  });

  it('another replica is told to the primary of that', async () => {
    const { inRegion, status } = await two('eu-central-1', 'eu-west-1');
    assert.equal(status.Status, 'InSync');
    assert.equal((await get(inRegion('eu-west-1'), 's')).SecretString, 'other');
    const primary = inRegion('eu-central-1');
    const failed = (await primary.send(new DescribeSecretCommand({ SecretId: 's' }))).ReplicationStatus![0]!;
    assert.deepEqual([failed.Region, failed.Status], ['eu-west-1', 'Failed']);
    await primary.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'second' }));
    const still = (await primary.send(new DescribeSecretCommand({ SecretId: 's' }))).ReplicationStatus![0]!;
    assert.equal(still.Status, 'Failed');
    assert.equal((await get(inRegion('eu-west-1'), 's')).SecretString, 'other');
  });
});

describe('a random password', () => {
  const draw = async (input: GetRandomPasswordCommandInput = {}) => {
    const server = await testServer();
    return (await server.client(SecretsManagerClient).send(new GetRandomPasswordCommand(input))).RandomPassword!;
  };

  for (const [input, form] of [
    [{}, /^[!-~]{32}$/],
    [{ PasswordLength: 4 }, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w])|_/],
    [{ PasswordLength: 4096, ExcludePunctuation: true, ExcludeNumbers: true }, /^[A-Za-z]{4096}$/],
    [
      { ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true, ExcludeCharacters: '01234' },
      /^[5-9]{32}$/,
    ],
    [
      {
        ExcludeLowercase: true,
        ExcludeUppercase: true,
        ExcludePunctuation: true,
        ExcludeNumbers: true,
        IncludeSpace: true,
      },
      /^ {32}$/,
    ],
  ] as const) {
    it(`follows ${JSON.stringify(input)}`, async () => assert.match(await draw(input), form));
  }

  for (const input of [
    { PasswordLength: 3 },
    { ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true, ExcludeNumbers: true },
  ]) {
    it(`is refused with ${JSON.stringify(input)}`, async () => {
      await assert.rejects(draw(input), { name: 'InvalidParameterException' });
    });
  }
});
