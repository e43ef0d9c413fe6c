import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  GetServiceSettingCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
  ResetServiceSettingCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import { type TestServer, testServer } from '../../testing/server.ts';
import { Parameters as ParameterStorage } from './parameters.ts';

const put = (ssm: SSMClient, Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
const get = async (ssm: SSMClient, Name: string, WithDecryption = false) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter!;

/** A server with a client of the root user. */
const withClient = async (options: Parameters<typeof testServer>[0] = {}): Promise<[TestServer, SSMClient]> => {
  const server = await testServer(options);
  return [server, server.client(SSMClient)];
};

describe('PutParameter and GetParameter', () => {
  it('keep versions, and read them by number', async () => {
    const [, ssm] = await withClient();
    assert.deepEqual(
      { ...(await put(ssm, '/app/db/host', 'a')), $metadata: 0 },
      { Version: 1, Tier: 'Standard', $metadata: 0 },
    );
    await put(ssm, '/app/db/host', 'b', { Overwrite: true });
    assert.equal((await get(ssm, '/app/db/host')).Value, 'b');
    const first = await get(ssm, '/app/db/host:1');
    assert.deepEqual([first.Value, first.Version, first.Selector], ['a', 1, ':1']);
    assert.equal(first.ARN, 'arn:aws:ssm:us-east-1:111122223333:parameter/app/db/host');
    assert.equal((await get(ssm, `${first.ARN}:2`)).Value, 'b');
  });

  it('take an empty pattern for none, and as what removes one', async () => {
    const [, ssm] = await withClient();
    await put(ssm, 'plain', 'a b', { AllowedPattern: '' });
    await put(ssm, 'held', '1', { AllowedPattern: '^[0-9]$' });
    await put(ssm, 'held', 'a b', { AllowedPattern: '', Overwrite: true });
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
    assert.deepEqual(
      Parameters!.map(({ Name, AllowedPattern }) => [Name, AllowedPattern]),
      [
        ['held', undefined],
        ['plain', undefined],
      ],
    );
  });

  it('survive a restart', async () => {
    const [server, ssm] = await withClient({ persistent: true });
    await put(ssm, 'plain', 'kept');
    await server.restart();
    assert.equal((await get(server.client(SSMClient), 'plain')).Value, 'kept');
  });

  it('drop the oldest of more than 100 versions, unless it has a label', async () => {
    const [, ssm] = await withClient();
    await put(ssm, 'p', 'v1');
    for (let n = 2; n <= 101; n++) await put(ssm, 'p', `v${n}`, { Overwrite: true });
    await assert.rejects(get(ssm, 'p:1'), { name: 'ParameterVersionNotFound' });
    await ssm.send(new LabelParameterVersionCommand({ Name: 'p', ParameterVersion: 2, Labels: ['keep'] }));
    await assert.rejects(put(ssm, 'p', 'v102', { Overwrite: true }), {
      name: 'ParameterMaxVersionLimitExceeded',
      message: /Version 2, the oldest version, can't be deleted because it has a label/,
    });
    assert.equal((await get(ssm, 'p:keep')).Value, 'v2');
  });

  const refused: readonly [
    sentence: string,
    input: Partial<PutParameterCommandInput>,
    name: string,
    message?: RegExp,
  ][] = [
    [
      'a name under /aws/',
      { Name: '/aws/x' },
      'AccessDeniedException',
      /^No access to reserved parameter name: \/aws\/x\.$/,
    ],
    [
      'a name that begins with aws',
      { Name: 'AwsThing' },
      'ValidationException',
      /can't be prefixed with "aws" or "ssm"/,
    ],
    ['a path that begins with ssm', { Name: '/SSM/x' }, 'ValidationException', /can't be prefixed with "ssm"/],
    ['a path without a slash in front', { Name: 'a/b' }, 'ValidationException', /fully qualified/],
    ['a name with a space', { Name: 'a b' }, 'ValidationException'],
    ['16 levels', { Name: `/${'a/'.repeat(15)}b` }, 'HierarchyLevelLimitExceededException'],
    ['4097 characters in the standard tier', { Value: 'x'.repeat(4097) }, 'ValidationException', /4096 characters/],
    ['8193 characters', { Value: 'x'.repeat(8193), Tier: 'Advanced' }, 'ValidationException', /8192 characters/],
    ['no type', { Type: undefined }, 'ValidationException', /^A parameter type is required/],
    ['what the pattern does not allow', { AllowedPattern: '^\\d+$' }, 'ParameterPatternMismatchException'],
    ['a pattern that is none', { AllowedPattern: '(' }, 'InvalidAllowedPatternException'],
    [
      'a pattern that never ends',
      { AllowedPattern: '^(a+)+$', Value: `${'a'.repeat(40)}!` },
      'InvalidAllowedPatternException',
    ],
    ['an unknown data type', { DataType: 'json' }, 'ValidationException', /data type is not supported: json/],
    ['an image id that is none', { DataType: 'aws:ec2:image' }, 'ValidationException'],
    [
      'policies in the standard tier',
      {
        Tier: 'Standard',
        Policies: '[{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Days"}}]',
      },
      'ValidationException',
    ],
    ['a key for plain text', { KeyId: 'alias/aws/ssm' }, 'ValidationException'],
    ['an unknown key', { Type: 'SecureString', KeyId: 'alias/absent' }, 'InvalidKeyId'],
  ];
  for (const [sentence, input, name, message] of refused) {
    it(`refuse ${sentence}`, async () => {
      const [, ssm] = await withClient();
      await assert.rejects(put(ssm, '/app/x', 'value', input), { name, ...(message && { message }) });
      assert.deepEqual((await ssm.send(new DescribeParametersCommand({}))).Parameters, []);
    });
  }

  it('refuse to overwrite by accident, another type, and tags with Overwrite', async () => {
    const [, ssm] = await withClient();
    await put(ssm, 'p', 'a');
    await assert.rejects(put(ssm, 'p', 'b'), {
      name: 'ParameterAlreadyExists',
      message: /^The parameter already exists\./,
    });
    await assert.rejects(put(ssm, 'p', 'b', { Overwrite: true, Type: 'StringList' }), {
      name: 'HierarchyTypeMismatchException',
    });
    const Tags = [{ Key: 'a', Value: 'b' }];
    await assert.rejects(put(ssm, 'p', 'b', { Overwrite: true, Tags }), {
      message: /tags and overwrite can't be used/,
    });
  });

  it('choose the tier as asked, and never go back', async () => {
    const [, ssm] = await withClient();
    assert.equal((await put(ssm, 'i', 'x'.repeat(4096), { Tier: 'Intelligent-Tiering' })).Tier, 'Standard');
    assert.equal((await put(ssm, 'j', 'x'.repeat(4097), { Tier: 'Intelligent-Tiering' })).Tier, 'Advanced');
    assert.equal((await put(ssm, 'j', 'x', { Overwrite: true })).Tier, 'Advanced');
    await assert.rejects(put(ssm, 'j', 'x', { Overwrite: true, Tier: 'Standard' }), { message: /can't downgrade/ });
  });
});

describe('SecureString', () => {
  it('is measured in bytes for the standard tier, as KMS counts', async () => {
    const [, ssm] = await withClient();
    const Type = 'SecureString';
    await assert.rejects(put(ssm, 's', 'é'.repeat(2049), { Type }), { message: /^Standard tier parameters support/ });
    assert.equal((await put(ssm, 's', 'é'.repeat(2048), { Type })).Tier, 'Standard');
    const upgraded = await put(ssm, 's', 'é'.repeat(2049), { Type, Overwrite: true, Tier: 'Intelligent-Tiering' });
    assert.equal(upgraded.Tier, 'Advanced');
    assert.equal((await get(ssm, 's', true)).Value, 'é'.repeat(2049));
  });

  for (const Tier of ['Standard', 'Advanced'] as const) {
    it(`is encrypted by KMS in the ${Tier} tier, with the parameter's ARN as context`, async () => {
      const [server, ssm] = await withClient();
      const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
      const KeyId = KeyMetadata!.KeyId!;
      await put(ssm, '/app/secret', 's3cret', { Type: 'SecureString', KeyId, Tier });
      const sealed = Buffer.from((await get(ssm, '/app/secret')).Value!, 'base64');
      assert.ok(sealed.length > 50 && !sealed.includes('s3cret'));
      assert.equal((await get(ssm, '/app/secret', true)).Value, 's3cret');
      const decrypted = (await server.journal('Decrypt')).at(-1)!;
      assert.equal(decrypted.userIdentity.invokedBy, 'ssm.amazonaws.com');
      assert.deepEqual((decrypted.requestParameters as { encryptionContext: object }).encryptionContext, {
        PARAMETER_ARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/app/secret',
      });
      await server.client(KMSClient).send(new DisableKeyCommand({ KeyId }));
      await assert.rejects(get(ssm, '/app/secret', true), { name: 'InvalidKeyId', message: /is disabled/ });
    });
  }

  it('uses the key that AWS manages where none is named', async () => {
    const [, ssm] = await withClient();
    await put(ssm, 'p', 's3cret', { Type: 'SecureString' });
    assert.equal((await get(ssm, 'p', true)).Value, 's3cret');
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
    assert.equal(Parameters?.[0]?.KeyId, 'alias/aws/ssm');
  });

  it('needs kms:Decrypt of whoever reads it', async () => {
    const [server, ssm] = await withClient();
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    await put(ssm, 'p', 's3cret', { Type: 'SecureString', KeyId: KeyMetadata!.KeyId! });
    const statement = { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' };
    const reader = server.client(SSMClient, await server.user('reader', statement));
    assert.notEqual((await get(reader, 'p')).Value, 's3cret');
    await assert.rejects(get(reader, 'p', true), { name: 'AccessDeniedException', message: /kms:Decrypt/ });
  });
});

describe('labels', () => {
  it('move, are read by, and come off', async () => {
    const [, ssm] = await withClient();
    await put(ssm, 'p', 'a');
    await put(ssm, 'p', 'b', { Overwrite: true });
    const label = (Labels: string[], ParameterVersion?: number) =>
      ssm.send(new LabelParameterVersionCommand({ Name: 'p', Labels, ParameterVersion }));
    const labelled = await label(['prod', '1st', 'aws-x'], 1);
    assert.deepEqual([labelled.ParameterVersion, labelled.InvalidLabels], [1, ['1st', 'aws-x']]);
    assert.deepEqual([(await get(ssm, 'p:prod')).Value, (await get(ssm, 'p:prod')).Selector], ['a', ':prod']);
    assert.equal((await label(['prod'])).ParameterVersion, 2);
    assert.equal((await get(ssm, 'p:prod')).Value, 'b');
    const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: 'p' }));
    assert.deepEqual(
      Parameters?.map(({ Version, Value, Labels, LastModifiedUser }) => [Version, Value, Labels, LastModifiedUser]),
      [
        [1, 'a', undefined, 'arn:aws:iam::111122223333:root'],
        [2, 'b', ['prod'], 'arn:aws:iam::111122223333:root'],
      ],
    );
    await assert.rejects(label(Array.from({ length: 10 }, (_, n) => `l${n}`)), {
      name: 'ParameterVersionLabelLimitExceeded',
    });
    const off = await ssm.send(
      new UnlabelParameterVersionCommand({ Name: 'p', ParameterVersion: 2, Labels: ['prod', 'x'] }),
    );
    assert.deepEqual([off.RemovedLabels, off.InvalidLabels], [['prod'], ['x']]);
    await assert.rejects(get(ssm, 'p:prod'), { name: 'ParameterVersionNotFound' });
  });
});

describe('listings', async () => {
  const [server, ssm] = await withClient();
  for (const name of ['/a/1', '/a/b/2', '/a/b/c/3', '/ab/4', 'root']) await put(ssm, name, name);
  await put(ssm, '/a/s', 'x', { Type: 'SecureString', Tags: [{ Key: 'team', Value: 'red' }] });
  const byPath = async (Path: string, Recursive = false) =>
    (await ssm.send(new GetParametersByPathCommand({ Path, Recursive }))).Parameters!.map(({ Name }) => Name);

  it('show one level of a path, or all below it', async () => {
    assert.deepEqual(await byPath('/a'), ['/a/1', '/a/s']);
    assert.deepEqual(await byPath('/a/', true), ['/a/1', '/a/b/2', '/a/b/c/3', '/a/s']);
    assert.deepEqual(await byPath('/', true), ['/a/1', '/a/b/2', '/a/b/c/3', '/a/s', '/ab/4', 'root']);
    await assert.rejects(byPath('a'), { name: 'ValidationException', message: /must begin with a forward slash/ });
  });

  it('come in pages', async () => {
    const first = await ssm.send(new GetParametersByPathCommand({ Path: '/', Recursive: true, MaxResults: 4 }));
    assert.equal(first.Parameters?.length, 4);
    const { NextToken } = first;
    const rest = await ssm.send(
      new GetParametersByPathCommand({ Path: '/', Recursive: true, MaxResults: 4, NextToken }),
    );
    assert.deepEqual([rest.Parameters?.length, rest.NextToken], [2, undefined]);
    await assert.rejects(ssm.send(new DescribeParametersCommand({ NextToken: 'x' })), { name: 'InvalidNextToken' });
  });

  const filters: readonly [filter: object, names: string[]][] = [
    [{ Key: 'Name', Values: ['/a/1', 'root'] }, ['/a/1', 'root']],
    [{ Key: 'Name', Option: 'BeginsWith', Values: ['/a/b'] }, ['/a/b/2', '/a/b/c/3']],
    [{ Key: 'Name', Option: 'Contains', Values: ['oo'] }, ['root']],
    [{ Key: 'Path', Option: 'Recursive', Values: ['/a/b'] }, ['/a/b/2', '/a/b/c/3']],
    [{ Key: 'Type', Values: ['SecureString'] }, ['/a/s']],
    [{ Key: 'KeyId', Values: ['alias/aws/ssm'] }, ['/a/s']],
    [{ Key: 'tag:team', Values: ['red'] }, ['/a/s']],
    [{ Key: 'Tier', Values: ['Advanced'] }, []],
  ];
  for (const [filter, names] of filters) {
    it(`keep what a filter names: ${JSON.stringify(filter)}`, async () => {
      const command = new DescribeParametersCommand({ ParameterFilters: [filter as { Key: string }] });
      assert.deepEqual(
        (await ssm.send(command)).Parameters?.map(({ Name }) => Name),
        names,
      );
    });
  }

  it('end a page early rather than look at all of many, and go on from there', async () => {
    const [server, ssm] = await withClient();
    const version = { account: '111122223333', region: 'us-east-1', version: 1, type: 'String', value: 'x' } as const;
    const rest = { tier: 'Standard', dataType: 'text', policies: [], modifiedAt: 0, modifiedBy: 'test' } as const;
    const parameters = new ParameterStorage({ valueOf: () => 10_000 });
    await server.running.store.transact((tx) => {
      for (let n = 0; n < 1500; n++) parameters.create(tx, { ...version, ...rest, name: `/many/${n % 2}/p${n}` }, {});
      parameters.create(tx, { ...version, ...rest, name: '/many/z' }, {});
    });
    const ParameterFilters = [{ Key: 'Type', Values: ['StringList'] }];
    const first = await ssm.send(new DescribeParametersCommand({ ParameterFilters }));
    assert.deepEqual(first.Parameters, []);
    const NextToken = first.NextToken!;
    const second = await ssm.send(new DescribeParametersCommand({ ParameterFilters, NextToken }));
    assert.deepEqual([second.Parameters, second.NextToken], [[], undefined]);
    // One level is found at once, however much lies deeper.
    const { Parameters: found } = await ssm.send(new GetParametersByPathCommand({ Path: '/many' }));
    assert.deepEqual(
      found!.map(({ Name }) => Name),
      ['/many/z'],
    );
  });

  it('refuse filters that there are not', async () => {
    const describe = (filter: { Key: string; Option?: string; Values?: string[] }) =>
      ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
    await assert.rejects(describe({ Key: 'Label', Values: ['x'] }), { name: 'InvalidFilterKey', message: /Label/ });
    await assert.rejects(describe({ Key: 'Path', Option: 'x', Values: ['/'] }), {
      name: 'InvalidFilterOption',
      message: 'The following filter option is not valid: x. Valid options include: [Recursive, OneLevel].',
    });
  });

  it('leave out what is not there in GetParameters, and read at most ten', async () => {
    const { Parameters, InvalidParameters } = await ssm.send(
      new GetParametersCommand({ Names: ['root', 'absent', '/a/1:9'] }),
    );
    assert.deepEqual([Parameters?.map(({ Name }) => Name), InvalidParameters], [['root'], ['absent', '/a/1:9']]);
    const Names = Array.from({ length: 11 }, (_, n) => `p${n}`);
    await assert.rejects(ssm.send(new GetParametersCommand({ Names })), {
      name: 'ValidationException',
      message: /at 'names'/,
    });
  });

  it('are decided on the path: whoever may see it sees all below', async () => {
    const Resource = 'arn:aws:ssm:us-east-1:111122223333:parameter/a';
    const allowed = { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource };
    const reader = server.client(SSMClient, await server.user('bypath', allowed));
    const command = new GetParametersByPathCommand({ Path: '/a', Recursive: true });
    assert.equal((await reader.send(command)).Parameters?.length, 4);
    await assert.rejects(reader.send(new GetParametersByPathCommand({ Path: '/ab' })), {
      name: 'AccessDeniedException',
    });
  });
});

describe('deletion and tags', () => {
  it('delete one, several, and say which were not there', async () => {
    const [, ssm] = await withClient();
    for (const name of ['a', 'b', 'c']) await put(ssm, name, 'x');
    await ssm.send(new DeleteParameterCommand({ Name: 'a' }));
    await assert.rejects(ssm.send(new DeleteParameterCommand({ Name: 'a' })), { name: 'ParameterNotFound' });
    const { DeletedParameters, InvalidParameters } = await ssm.send(new DeleteParametersCommand({ Names: ['a', 'b'] }));
    assert.deepEqual([DeletedParameters, InvalidParameters], [['b'], ['a']]);
    const arn = 'arn:aws:ssm:us-east-1:111122223333:parameter/c';
    const kept = await ssm.send(new DeleteParametersCommand({ Names: ['c:1', arn] }));
    assert.deepEqual([kept.DeletedParameters, kept.InvalidParameters], [[], ['c:1', arn]]);
    assert.equal((await put(ssm, 'a', 'again')).Version, 1);
  });

  it('tag, list and untag; ABAC decides by the tags', async () => {
    const [server, ssm] = await withClient();
    await put(ssm, 'p', 'x', { Tags: [{ Key: 'team', Value: 'red' }] });
    const target = { ResourceType: 'Parameter' as const, ResourceId: 'p' };
    const red = { StringEquals: { 'aws:ResourceTag/team': 'red', 'ssm:resourceTag/team': 'red' } };
    const statement = { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*', Condition: red };
    const reader = server.client(SSMClient, await server.user('abac', statement));
    assert.equal((await get(reader, 'p')).Value, 'x');
    await ssm.send(new AddTagsToResourceCommand({ ...target, Tags: [{ Key: 'team', Value: 'blue' }] }));
    await assert.rejects(get(reader, 'p'), { name: 'AccessDeniedException' });
    const { TagList } = await ssm.send(new ListTagsForResourceCommand(target));
    assert.deepEqual(TagList, [{ Key: 'team', Value: 'blue' }]);
    await ssm.send(new RemoveTagsFromResourceCommand({ ...target, TagKeys: ['team'] }));
    assert.deepEqual((await ssm.send(new ListTagsForResourceCommand(target))).TagList, []);
    await assert.rejects(ssm.send(new ListTagsForResourceCommand({ ...target, ResourceId: 'q' })), {
      name: 'InvalidResourceId',
    });
  });
});

describe('public parameters', () => {
  it('are read by whoever may, and written by nobody', async () => {
    const [, ssm] = await withClient();
    const image = await get(ssm, '/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2');
    assert.match(image.Value!, /^ami-0[0-9a-f]{16}$/);
    assert.equal(
      image.ARN,
      'arn:aws:ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2',
    );
    const command = new GetParametersByPathCommand({ Path: '/aws/service/ami-amazon-linux-latest' });
    assert.equal((await ssm.send(command)).Parameters?.length, 10);
    assert.equal(
      (await get(ssm, '/aws/service/global-infrastructure/regions/eu-west-2/longName')).Value,
      'Europe (London)',
    );
    await assert.rejects(get(ssm, '/aws/service/absent'), { name: 'ParameterNotFound' });
  });
});

describe('settings', () => {
  const SettingId = '/ssm/parameter-store/high-throughput-enabled';

  it('raise the throughput', async () => {
    const [, ssm] = await withClient({ throttling: 'on' });
    await put(ssm, 'p', 'x');
    const burst = async () =>
      (await Promise.allSettled(Array.from({ length: 45 }, () => get(ssm, 'p')))).filter(
        ({ status }) => status === 'rejected',
      );
    const refused = await burst();
    assert.equal(refused.length, 5);
    assert.equal((refused[0] as PromiseRejectedResult).reason.message, 'Rate exceeded');
    await ssm.send(new UpdateServiceSettingCommand({ SettingId, SettingValue: 'true' }));
    assert.equal((await burst()).length, 0);
  });

  it('are shown, changed and set back', async () => {
    const [, ssm] = await withClient();
    await ssm.send(new UpdateServiceSettingCommand({ SettingId, SettingValue: 'true' }));
    const shown = (await ssm.send(new GetServiceSettingCommand({ SettingId }))).ServiceSetting;
    assert.deepEqual([shown?.SettingValue, shown?.Status], ['true', 'Customized']);
    const reset = (await ssm.send(new ResetServiceSettingCommand({ SettingId }))).ServiceSetting;
    assert.deepEqual([reset?.SettingValue, reset?.Status], ['false', 'Default']);
    await assert.rejects(ssm.send(new GetServiceSettingCommand({ SettingId: '/ssm/absent' })), {
      name: 'ServiceSettingNotFound',
    });
  });

  it('choose the tier where the request does not, of new parameters and of new versions', async () => {
    const [, ssm] = await withClient();
    await put(ssm, 'old', 'x');
    const setting = { SettingId: '/ssm/parameter-store/default-parameter-tier', SettingValue: 'Intelligent-Tiering' };
    await ssm.send(new UpdateServiceSettingCommand(setting));
    assert.equal((await put(ssm, 'p', 'x'.repeat(5000))).Tier, 'Advanced');
    assert.equal((await put(ssm, 'old', 'y', { Overwrite: true })).Tier, 'Standard');
    assert.equal((await put(ssm, 'old', 'x'.repeat(5000), { Overwrite: true })).Tier, 'Advanced');
    await ssm.send(new UpdateServiceSettingCommand({ ...setting, SettingValue: 'Standard' }));
    assert.equal((await put(ssm, 'old', 'y', { Overwrite: true })).Tier, 'Advanced');
  });
});
