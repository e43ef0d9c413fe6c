import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IAMClient, TagUserCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, type CreateKeyCommandInput, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type TestServer, testServer } from '../../testing/server.ts';

const create = (sm: SecretsManagerClient, Name: string, more: Partial<CreateSecretCommandInput> = {}) =>
  sm.send(new CreateSecretCommand({ Name, SecretString: 'first', ...more }));
const get = (sm: SecretsManagerClient, SecretId: string, more: Partial<GetSecretValueCommandInput> = {}) =>
  sm.send(new GetSecretValueCommand({ SecretId, ...more }));
const put = (sm: SecretsManagerClient, SecretId: string, more: Partial<PutSecretValueCommandInput>) =>
  sm.send(new PutSecretValueCommand({ SecretId, ...more }));
const tokenOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A server with a client of the root user. */
const withClient = async (
  options: Parameters<typeof testServer>[0] = {},
): Promise<[TestServer, SecretsManagerClient]> => {
  const server = await testServer(options);
  return [server, server.client(SecretsManagerClient)];
};

describe('a secret', () => {
  it('is read by name, ARN and partial ARN', async () => {
    const [, sm] = await withClient();
    const { ARN, VersionId } = await create(sm, 'app/db');
    assert.match(ARN!, /^arn:aws:secretsmanager:us-east-1:111122223333:secret:app\/db-[A-Za-z0-9]{6}$/);
    for (const id of ['app/db', ARN!, ARN!.slice(0, -7)]) {
      const read = await get(sm, id);
      assert.deepEqual([read.SecretString, read.VersionId, read.VersionStages], ['first', VersionId, ['AWSCURRENT']]);
    }
    await assert.rejects(get(sm, `${ARN!.slice(0, -6)}zzzzzz`), {
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it('is a string or bytes', async () => {
    const [, sm] = await withClient();
    const bytes = Buffer.from([0, 255, 1]);
    await create(sm, 'b', { SecretString: undefined, SecretBinary: bytes });
    const read = await get(sm, 'b');
    assert.deepEqual([Buffer.from(read.SecretBinary!), read.SecretString], [bytes, undefined]);
  });

  it('survives a restart', async () => {
    const [server, sm] = await withClient({ persistent: true });
    await create(sm, 'kept');
    await server.restart();
    assert.equal((await get(server.client(SecretsManagerClient), 'kept')).SecretString, 'first');
  });

  it('is in the journal by its ARN from the call that made it', async () => {
    const [server, sm] = await withClient();
    const { ARN } = await create(sm, 's');
    const { resources } = (await server.journal('CreateSecret')).at(-1)!;
    assert.deepEqual(resources, [{ accountId: '111122223333', type: 'AWS::SecretsManager::Secret', ARN }]);
  });

  it('is never in the journal, and no call under it neither', async () => {
    const [server, sm] = await withClient();
    await create(sm, 's', { SecretString: 'hunter2-value' });
    await put(sm, 's', { SecretString: 'hunter2-other' });
    await get(sm, 's');
    const records = await server.journal();
    assert.ok(!JSON.stringify(records).includes('hunter2'));
    for (const name of ['CreateSecret', 'PutSecretValue', 'GetSecretValue']) {
      assert.equal(records.filter(({ eventName }) => eventName === name).length, 1);
    }
    assert.equal(records.findLast(({ eventName }) => eventName === 'GetSecretValue')!.readOnly, true);
  });

  it('is sealed under KMS as the caller, with its ARN and version as context', async () => {
    const [server, sm] = await withClient();
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    const { ARN, VersionId } = await create(sm, 's', { KmsKeyId: KeyMetadata!.KeyId });
    await get(sm, 's');
    for (const name of ['GenerateDataKey', 'Decrypt']) {
      const record = (await server.journal(name)).at(-1)!;
      assert.equal(record.userIdentity.invokedBy, 'secretsmanager.amazonaws.com');
      const { encryptionContext } = record.requestParameters as { encryptionContext: object };
      assert.deepEqual(encryptionContext, { SecretARN: ARN, SecretVersionId: VersionId });
    }
    await server.client(KMSClient).send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId }));
    await assert.rejects(get(sm, 's'), { name: 'DecryptionFailure', message: /is disabled/ });
    await assert.rejects(put(sm, 's', { SecretString: 'x' }), { name: 'EncryptionFailure' });
  });

  it('is refused to those without kms:Decrypt, and to those without secretsmanager:GetSecretValue', async () => {
    const [server, sm] = await withClient();
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    await create(sm, 's', { KmsKeyId: KeyMetadata!.KeyId });
    const allowed = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' };
    const alice = server.client(SecretsManagerClient, await server.user('alice', allowed));
    await assert.rejects(get(alice, 's'), { name: 'AccessDeniedException', message: 'Access to KMS is not allowed' });
    const bob = server.client(SecretsManagerClient, await server.user('bob'));
    await assert.rejects(get(bob, 's'), {
      name: 'AccessDeniedException',
      message:
        /not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:.*:secret:s-/,
    });
    await assert.rejects(get(bob, 'none'), { name: 'AccessDeniedException', message: /on resource: none because/ });
  });
});

describe('a request to make a secret', () => {
  const refused: readonly [
    sentence: string,
    input: Partial<CreateSecretCommandInput>,
    name: string,
    message: RegExp,
  ][] = [
    ['a name with a space', { Name: 'a b' }, 'InvalidParameterException', /^Invalid name\. Must be a valid name/],
    ['a string and bytes', { SecretBinary: Buffer.from('x') }, 'InvalidParameterException', /both a binary/],
    ['a reserved tag', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterException', /reserved/],
    ['an unknown key', { KmsKeyId: 'alias/absent' }, 'EncryptionFailure', /NotFoundException/],
    ['a type of another provider', { Type: 'Snowflake' }, 'InvalidParameterException', /Type/],
  ];
  for (const [sentence, input, name, message] of refused) {
    it(`is refused with ${sentence}`, async () => {
      const [, sm] = await withClient();
      await assert.rejects(create(sm, 'x', input), { name, message });
      assert.deepEqual((await sm.send(new ListSecretsCommand({}))).SecretList, []);
    });
  }

  it('may be sent twice under one token, with one value', async () => {
    const [, sm] = await withClient();
    const ClientRequestToken = tokenOf(1);
    const { ARN } = await create(sm, 'x', { ClientRequestToken });
    assert.equal((await create(sm, 'x', { ClientRequestToken })).ARN, ARN);
    const exists = {
      name: 'ResourceExistsException',
      message: 'The operation failed because the secret x already exists.',
    };
    await assert.rejects(create(sm, 'x', { ClientRequestToken, SecretString: 'other' }), exists);
    await assert.rejects(create(sm, 'x'), exists);
  });
});

describe('versions and staging labels', () => {
  it('move AWSCURRENT to what is put, and AWSPREVIOUS behind it', async () => {
    const [, sm] = await withClient();
    await create(sm, 's', { ClientRequestToken: tokenOf(1) });
    await put(sm, 's', { SecretString: 'second', ClientRequestToken: tokenOf(2) });
    assert.equal((await get(sm, 's')).SecretString, 'second');
    assert.equal((await get(sm, 's', { VersionStage: 'AWSPREVIOUS' })).SecretString, 'first');
    await put(sm, 's', {
      SecretString: 'third',
      ClientRequestToken: tokenOf(3),
      VersionStages: ['AWSPENDING', 'blue'],
    });
    assert.equal((await get(sm, 's')).SecretString, 'second');
    const { VersionIdsToStages } = await sm.send(new DescribeSecretCommand({ SecretId: 's' }));
    assert.deepEqual(VersionIdsToStages, {
      [tokenOf(1)]: ['AWSPREVIOUS'],
      [tokenOf(2)]: ['AWSCURRENT'],
      [tokenOf(3)]: ['AWSPENDING', 'blue'],
    });
  });

  it('are listed on from where a page ended, though its last version has no label any more', async () => {
    const [server, sm] = await withClient();
    await create(sm, 's', { ClientRequestToken: tokenOf(1) });
    for (const n of [2, 3]) {
      await server.advance('1m');
      await put(sm, 's', { SecretString: `${n}`, ClientRequestToken: tokenOf(n), VersionStages: [`l${n}`] });
    }
    const page = async (NextToken?: string) =>
      sm.send(new ListSecretVersionIdsCommand({ SecretId: 's', MaxResults: 1, ...(NextToken && { NextToken }) }));
    const first = await page();
    const second = await page(first.NextToken);
    assert.deepEqual(
      [first, second].map(({ Versions }) => Versions![0]!.VersionId),
      [tokenOf(3), tokenOf(2)],
    );
    const RemoveFromVersionId = tokenOf(2);
    await sm.send(new UpdateSecretVersionStageCommand({ SecretId: 's', VersionStage: 'l2', RemoveFromVersionId }));
    const third = await page(second.NextToken);
    assert.deepEqual([third.Versions![0]!.VersionId, third.NextToken], [tokenOf(1), undefined]);
  });

  it('may be named as anything', async () => {
    const [, sm] = await withClient();
    await create(sm, 's');
    for (const VersionStage of ['__proto__', 'constructor']) {
      await put(sm, 's', { SecretString: VersionStage, VersionStages: [VersionStage] });
      assert.equal((await get(sm, 's', { VersionStage })).SecretString, VersionStage);
    }
  });

  it('are moved by hand only from where they are', async () => {
    const [, sm] = await withClient();
    await create(sm, 's', { ClientRequestToken: tokenOf(1) });
    await put(sm, 's', { SecretString: 'b', ClientRequestToken: tokenOf(2) });
    const move = (more: { MoveToVersionId?: string; RemoveFromVersionId?: string }, VersionStage = 'AWSCURRENT') =>
      sm.send(new UpdateSecretVersionStageCommand({ SecretId: 's', VersionStage, ...more }));
    await assert.rejects(move({ MoveToVersionId: tokenOf(1) }), {
      name: 'InvalidParameterException',
      message: `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${tokenOf(2)}, so you must explicitly reference that version in RemoveFromVersionId.`,
    });
    await assert.rejects(move({ MoveToVersionId: tokenOf(9) }), { name: 'ResourceNotFoundException' });
    await assert.rejects(move({ RemoveFromVersionId: tokenOf(2) }), { name: 'InvalidParameterException' });
    await assert.rejects(move({}), { name: 'InvalidParameterException' });
    await move({ MoveToVersionId: tokenOf(1), RemoveFromVersionId: tokenOf(2) });
    assert.equal((await get(sm, 's')).VersionId, tokenOf(1));
    assert.equal((await get(sm, 's', { VersionStage: 'AWSPREVIOUS' })).VersionId, tokenOf(2));
    await move({ RemoveFromVersionId: tokenOf(2) }, 'AWSPREVIOUS');
    const { Versions } = await sm.send(new ListSecretVersionIdsCommand({ SecretId: 's' }));
    assert.deepEqual(
      Versions!.map(({ VersionId }) => VersionId),
      [tokenOf(1)],
    );
    const all = await sm.send(new ListSecretVersionIdsCommand({ SecretId: 's', IncludeDeprecated: true }));
    assert.equal(all.Versions!.length, 2);
  });

  it('hold one value for each token', async () => {
    const [, sm] = await withClient();
    const { ARN } = await create(sm, 's', { ClientRequestToken: tokenOf(1) });
    const ClientRequestToken = tokenOf(2);
    await put(sm, 's', { SecretString: 'b', ClientRequestToken });
    await put(sm, 's', { SecretString: 'b', ClientRequestToken });
    const taken = {
      name: 'ResourceExistsException',
      message: `You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${ARN}.`,
    };
    await assert.rejects(put(sm, 's', { SecretString: 'c', ClientRequestToken }), taken);
    const update = new UpdateSecretCommand({ SecretId: 's', SecretString: 'b', ClientRequestToken });
    await assert.rejects(sm.send(update), taken);
  });

  it('are asked for consistently', async () => {
    const [, sm] = await withClient();
    await create(sm, 's', { ClientRequestToken: tokenOf(1) });
    await assert.rejects(get(sm, 's', { VersionStage: 'AWSPREVIOUS' }), {
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    });
    await assert.rejects(get(sm, 's', { VersionId: tokenOf(7) }), {
      message: `Secrets Manager can't find the specified secret value for VersionId: ${tokenOf(7)}`,
    });
    await put(sm, 's', { SecretString: 'b', ClientRequestToken: tokenOf(2) });
    await assert.rejects(get(sm, 's', { VersionId: tokenOf(1), VersionStage: 'AWSCURRENT' }), {
      name: 'InvalidRequestException',
      message: 'You provided a VersionStage that is not associated to the provided VersionId.',
    });
    await create(sm, 'empty', { SecretString: undefined });
    await assert.rejects(get(sm, 'empty'), { name: 'ResourceNotFoundException', message: /staging label: AWSCURRENT/ });
    await assert.rejects(put(sm, 's', {}), {
      message: 'You must provide either SecretString or SecretBinary.',
    });
  });

  it('go when there are more than 100 and they are older than a day', async () => {
    const [server, sm] = await withClient();
    await create(sm, 's', { ClientRequestToken: tokenOf(0) });
    for (let n = 1; n <= 105; n++) await put(sm, 's', { SecretString: `v${n}`, ClientRequestToken: tokenOf(n) });
    const count = async () => {
      const ids: string[] = [];
      for (let NextToken: string | undefined; ; ) {
        const page = await sm.send(
          new ListSecretVersionIdsCommand({
            SecretId: 's',
            IncludeDeprecated: true,
            MaxResults: 40,
            ...(NextToken && { NextToken }),
          }),
        );
        ids.push(...page.Versions!.map(({ VersionId }) => VersionId!));
        NextToken = page.NextToken;
        if (!NextToken) return ids;
      }
    };
    assert.equal((await count()).length, 106);
    await server.advance('25h');
    await put(sm, 's', { SecretString: 'last', ClientRequestToken: tokenOf(200) });
    const left = await count();
    assert.equal(left.length, 100);
    assert.ok(!left.includes(tokenOf(0)) && left.includes(tokenOf(105)));
  });
});

describe('UpdateSecret', () => {
  it('seals the labelled versions under a new key', async () => {
    const [server, sm] = await withClient();
    await create(sm, 's', { Description: 'old' });
    await put(sm, 's', { SecretString: 'second' });
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    await sm.send(new UpdateSecretCommand({ SecretId: 's', KmsKeyId: KeyMetadata!.Arn, Description: 'new' }));
    assert.equal((await get(sm, 's')).SecretString, 'second');
    assert.equal((await get(sm, 's', { VersionStage: 'AWSPREVIOUS' })).SecretString, 'first');
    const used = (await server.journal('Decrypt')).slice(-2).map(({ resources }) => resources![0]!.ARN);
    assert.deepEqual(used, [KeyMetadata!.Arn, KeyMetadata!.Arn]);
    const told = await sm.send(new DescribeSecretCommand({ SecretId: 's' }));
    assert.deepEqual([told.KmsKeyId, told.Description], [KeyMetadata!.Arn, 'new']);
  });

  it('leaves versions as they are that it cannot seal anew, and refuses a key that there is not', async () => {
    const [server, sm] = await withClient();
    const kms = server.client(KMSClient);
    const keyOf = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
    const [lost, next] = [await keyOf(), await keyOf()];
    await create(sm, 's', { KmsKeyId: lost });
    const ofSecrets = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' };
    const ofNext = { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: next };
    const writer = server.client(SecretsManagerClient, await server.user('writer', ofSecrets, ofNext));
    await writer.send(new UpdateSecretCommand({ SecretId: 's', KmsKeyId: next }));
    assert.equal((await get(sm, 's')).SecretString, 'first');
    assert.equal((await server.journal('Decrypt')).at(-1)!.resources![0]!.ARN, lost);

    await kms.send(new DisableKeyCommand({ KeyId: lost }));
    await sm.send(new UpdateSecretCommand({ SecretId: 's', KmsKeyId: '' }));
    await sm.send(new UpdateSecretCommand({ SecretId: 's', KmsKeyId: next }));
    await assert.rejects(get(sm, 's'), { name: 'DecryptionFailure' });
    await put(sm, 's', { SecretString: 'second' });
    assert.equal((await get(sm, 's')).SecretString, 'second');
    const wrong = new UpdateSecretCommand({ SecretId: 's', KmsKeyId: 'alias/none' });
    await assert.rejects(sm.send(wrong), { name: 'EncryptionFailure' });
  });
});

describe('the key that a secret is to have', async () => {
  const [server, sm] = await withClient();
  const kms = server.client(KMSClient);
  const keyOf = async (more: CreateKeyCommandInput = {}) =>
    (await kms.send(new CreateKeyCommand(more))).KeyMetadata!.Arn!;
  const [key, disabled] = [await keyOf(), await keyOf()];
  await kms.send(new DisableKeyCommand({ KeyId: disabled }));
  await sm.send(new CreateSecretCommand({ Name: 'there' }));
  const give = (client: SecretsManagerClient, KmsKeyId: string) => [
    client.send(new CreateSecretCommand({ Name: 'new', KmsKeyId })),
    client.send(new UpdateSecretCommand({ SecretId: 'there', KmsKeyId })),
  ];

  it('has to be one that values can be sealed under, also where there is no value yet', async () => {
    const signing = await keyOf({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    for (const wrong of ['alias/none', disabled, signing]) {
      await Promise.all(give(sm, wrong).map((given) => assert.rejects(given, { name: 'EncryptionFailure' })));
    }
  });

  it('has to be one that the caller may seal and open values under', async () => {
    const all = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' };
    for (const [name, Action] of [
      ['sealer', 'kms:GenerateDataKey'],
      ['opener', 'kms:Decrypt'],
    ] as const) {
      const user = await server.user(name, all, { Effect: 'Allow', Action, Resource: key });
      const refusal = { name: 'AccessDeniedException', message: 'Access to KMS is not allowed' };
      const given = give(server.client(SecretsManagerClient, user), key);
      await Promise.all(given.map((each) => assert.rejects(each, refusal)));
    }
    assert.equal((await sm.send(new DescribeSecretCommand({ SecretId: 'there' }))).KmsKeyId, undefined);
    const Action = ['kms:GenerateDataKey', 'kms:Decrypt'];
    const Condition = { StringEquals: { 'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess' } };
    const user = await server.user('both', all, { Effect: 'Allow', Action, Resource: key, Condition });
    await Promise.all(give(server.client(SecretsManagerClient, user), key));
    assert.equal((await sm.send(new DescribeSecretCommand({ SecretId: 'there' }))).KmsKeyId, key);
  });
});

describe('deletion', () => {
  const deleted = "You can't perform this operation on the secret because it was marked for deletion.";

  it('waits for the recovery window, in which the secret may be restored', async () => {
    const [server, sm] = await withClient();
    await create(sm, 's');
    const { DeletionDate } = await sm.send(new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }));
    assert.ok(DeletionDate);
    await assert.rejects(get(sm, 's'), { name: 'InvalidRequestException', message: deleted });
    await assert.rejects(create(sm, 's'), {
      name: 'InvalidRequestException',
      message: /already scheduled for deletion/,
    });
    assert.deepEqual((await sm.send(new ListSecretsCommand({}))).SecretList, []);
    const planned = await sm.send(new ListSecretsCommand({ IncludePlannedDeletion: true }));
    assert.deepEqual(planned.SecretList![0]!.DeletedDate, DeletionDate);
    await sm.send(new RestoreSecretCommand({ SecretId: 's' }));
    assert.equal((await get(sm, 's')).SecretString, 'first');
    await sm.send(new DeleteSecretCommand({ SecretId: 's' }));
    await server.advance('29d');
    await sm.send(new DescribeSecretCommand({ SecretId: 's' }));
    await server.advance('2d');
    await assert.rejects(sm.send(new DescribeSecretCommand({ SecretId: 's' })), { name: 'ResourceNotFoundException' });
    const told = (await server.journal()).filter(({ eventType }) => eventType === 'AwsServiceEvent');
    const names = told.map(({ eventName }) => eventName).filter((name) => name.endsWith('SecretVersionDelete'));
    const [start, cancelled, end] = ['StartSecretVersionDelete', 'CancelSecretVersionDelete', 'EndSecretVersionDelete'];
    assert.deepEqual(names, [start, cancelled, start, end]);
  });

  it('is done at once where it is forced, also of what is not there', async () => {
    const [, sm] = await withClient();
    await create(sm, 's');
    const force = () => sm.send(new DeleteSecretCommand({ SecretId: 's', ForceDeleteWithoutRecovery: true }));
    await force();
    await assert.rejects(get(sm, 's'), { name: 'ResourceNotFoundException' });
    await force();
    const { ARN } = await create(sm, 's', { SecretString: 'new' });
    assert.equal((await get(sm, ARN!)).SecretString, 'new');
  });

  for (const [input, message] of [
    [{ RecoveryWindowInDays: 6 }, 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).'],
    [{ RecoveryWindowInDays: 31 }, 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).'],
    [
      { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
  ] as const) {
    it(`is refused with ${JSON.stringify(input)}`, async () => {
      const [, sm] = await withClient();
      await create(sm, 's');
      const command = new DeleteSecretCommand({ SecretId: 's', ...input });
      await assert.rejects(sm.send(command), { name: 'InvalidParameterException', message });
    });
  }
});

describe('lists', () => {
  const listed = async (sm: SecretsManagerClient, input: ListSecretsCommandInput) =>
    (await sm.send(new ListSecretsCommand(input))).SecretList!.map(({ Name }) => Name);

  it('are filtered, sorted and paged', async () => {
    const [, sm] = await withClient();
    await create(sm, 'prod/a', { Description: 'Database of the shop', Tags: [{ Key: 'team', Value: 'blue' }] });
    await create(sm, 'prod/b', { Tags: [{ Key: 'stage', Value: 'green' }] });
    await create(sm, 'test/a');
    const by = (Key: 'name' | 'description' | 'tag-key' | 'tag-value' | 'all', ...Values: string[]) =>
      listed(sm, { Filters: [{ Key, Values }] });
    assert.deepEqual(await by('name', 'prod/'), ['prod/a', 'prod/b']);
    assert.deepEqual(await by('name', '!prod/'), ['test/a']);
    assert.deepEqual(await by('name', 'test', 'prod/b'), ['prod/b', 'test/a']);
    assert.deepEqual(await by('description', 'data'), ['prod/a']);
    assert.deepEqual(await by('tag-key', 'team'), ['prod/a']);
    assert.deepEqual(await by('tag-value', 'gre'), ['prod/b']);
    assert.deepEqual(await by('all', 'SHOP'), ['prod/a']);
    assert.deepEqual(await listed(sm, { SortBy: 'created-date', SortOrder: 'desc' }), ['test/a', 'prod/b', 'prod/a']);
    const first = await sm.send(new ListSecretsCommand({ MaxResults: 2, SortBy: 'name', SortOrder: 'desc' }));
    const NextToken = first.NextToken!;
    const second = { MaxResults: 2, SortBy: 'name', SortOrder: 'desc', NextToken } as const;
    assert.deepEqual(await listed(sm, second), ['prod/a']);
    await assert.rejects(listed(sm, { NextToken: 'forged' }), { name: 'InvalidNextTokenException' });
  });

  it('of values have errors beside values, and a record for each secret', async () => {
    const [server, sm] = await withClient();
    await create(sm, 'a');
    await create(sm, 'b', { Tags: [{ Key: 'team', Value: 'blue' }] });
    const allow = (Action: string[], Resource: string, more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
    const alice = server.client(
      SecretsManagerClient,
      await server.user(
        'alice',
        allow(['secretsmanager:BatchGetSecretValue', 'secretsmanager:ListSecrets'], '*'),
        allow(['secretsmanager:GetSecretValue'], '*', {
          Condition: { StringEquals: { 'secretsmanager:ResourceTag/team': 'blue' } },
        }),
      ),
    );
    const read = await alice.send(new BatchGetSecretValueCommand({ SecretIdList: ['a', 'b'] }));
    assert.deepEqual(
      read.SecretValues!.map(({ SecretString }) => SecretString),
      ['first'],
    );
    assert.deepEqual(
      read.Errors!.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode]),
      [['a', 'AccessDeniedException']],
    );
    assert.equal((await server.journal('GetSecretValue')).length, 2);
    const found = await sm.send(new BatchGetSecretValueCommand({ Filters: [{ Key: 'name', Values: ['b'] }] }));
    assert.deepEqual(
      found.SecretValues!.map(({ Name }) => Name),
      ['b'],
    );
    await assert.rejects(sm.send(new BatchGetSecretValueCommand({})), {
      name: 'InvalidParameterException',
      message: "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
    });
  });

  it('of values are read from where the request came from, as each is by itself', async () => {
    const [server, sm] = await withClient();
    for (const Name of ['near', 'far']) await create(sm, Name);
    const restrict = (SecretId: string, network: string) => {
      const Condition = { NotIpAddress: { 'aws:SourceIp': network }, Bool: { 'aws:ViaAWSService': 'false' } };
      const deny = {
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition,
      };
      const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
      return sm.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
    };
    await restrict('near', '127.0.0.0/8');
    await restrict('far', '192.0.2.0/24');
    await assert.rejects(sm.send(new GetSecretValueCommand({ SecretId: 'far' })), { name: 'AccessDeniedException' });
    const refused = await sm.send(new BatchGetSecretValueCommand({ SecretIdList: ['far'] }));
    assert.deepEqual([refused.SecretValues, refused.Errors?.[0]?.ErrorCode], [[], 'AccessDeniedException']);
    const from = { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } };
    const reading = { Effect: 'Allow', Action: 'secretsmanager:*GetSecretValue', Resource: '*', Condition: from };
    const alice = server.client(SecretsManagerClient, await server.user('alice', reading));
    const read = await alice.send(new BatchGetSecretValueCommand({ SecretIdList: ['near', 'far'] }));
    assert.deepEqual([read.SecretValues?.map(({ Name }) => Name), read.Errors?.length], [['near'], 1]);
    const { sourceIPAddress, userIdentity } = (await server.journal('GetSecretValue')).at(-1)!;
    assert.deepEqual([sourceIPAddress, userIdentity?.invokedBy], ['127.0.0.1', undefined]);
  });
});

describe('a secret', () => {
  it('tells the day on which it was read, and its tags', async () => {
    const [, sm] = await withClient();
    await create(sm, 's');
    await sm.send(
      new TagResourceCommand({
        SecretId: 's',
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await sm.send(new UntagResourceCommand({ SecretId: 's', TagKeys: ['a'] }));
    const before = await sm.send(new DescribeSecretCommand({ SecretId: 's' }));
    assert.deepEqual([before.Tags, before.LastAccessedDate], [[{ Key: 'b', Value: '2' }], undefined]);
    await get(sm, 's');
    const { LastAccessedDate } = await sm.send(new DescribeSecretCommand({ SecretId: 's' }));
    assert.equal(LastAccessedDate!.getTime() % 86_400_000, 0);
  });
});

describe('attribute-based access control', () => {
  it('lets users make, read and change secrets with their own tags, by the policy of the IAM tutorial', async () => {
    const server = await testServer();
    const own = `\${aws:PrincipalTag/project}`;
    const matching = { StringEquals: { 'aws:ResourceTag/project': own, 'secretsmanager:ResourceTag/project': own } };
    const Condition = { ...matching, StringEqualsIfExists: { 'aws:RequestTag/project': own } };
    const user = await server.user('peg', { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*', Condition });
    const tagged = (Value: string) => ({ Tags: [{ Key: 'project', Value }] });
    await server.client(IAMClient).send(new TagUserCommand({ UserName: 'peg', ...tagged('peg') }));
    const sm = server.client(SecretsManagerClient, user);
    await create(sm, 'own', tagged('peg'));
    assert.equal((await get(sm, 'own')).SecretString, 'first');
    const refused = { name: 'AccessDeniedException' };
    await assert.rejects(create(sm, 'other', tagged('uni')), refused);
    await assert.rejects(create(sm, 'untagged'), refused);
    await assert.rejects(sm.send(new TagResourceCommand({ SecretId: 'own', ...tagged('uni') })), refused);
  });
});
