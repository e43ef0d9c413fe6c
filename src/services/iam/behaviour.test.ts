import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, sender, userSender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';
import { accounts } from './accounts.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const denied = { Code: 'AccessDenied' };

describe('a user', () => {
  test('has one name in any case, and keeps the spelling it was given', async () => {
    await root('CreateUser', { UserName: 'Ann' });
    assert.equal((await root('GetUser', { UserName: 'ANN' })).User.UserName, 'Ann');
    await root('UpdateUser', { UserName: 'ann', NewUserName: 'ANN' });
    assert.equal((await root('GetUser', { UserName: 'Ann' })).User.Arn, iamArn('user/ANN'));
  });

  test('that is created again is another one', async () => {
    const first = await root('CreateUser', { UserName: 'again' });
    await root('DeleteUser', { UserName: 'again' });
    const second = await root('CreateUser', { UserName: 'again' });
    assert.notEqual(second.User.UserId, first.User.UserId);
  });

  test('keeps id, keys and policies under a new name and path', async () => {
    const credentials = await server.user('before', allowing('iam:GetUser'));
    const { User } = await root('GetUser', { UserName: 'before' });
    await root('UpdateUser', { UserName: 'before', NewUserName: 'after', NewPath: '/moved/' });
    const self = (await sender(server, credentials)('GetUser')).User;
    assert.deepEqual(self, { ...User, UserName: 'after', Path: '/moved/', Arn: iamArn('user/moved/after') });
    await assert.rejects(root('GetUser', { UserName: 'before' }), { Code: 'NoSuchEntity' });
  });

  test('needs permission on the old and the new name to be renamed', async () => {
    await root('CreateUser', { UserName: 'renamed' });
    const rename = { Effect: 'Allow', Action: 'iam:UpdateUser', Resource: iamArn('user/renamed') };
    const half = await userSender(server, 'half', rename);
    const renaming = { UserName: 'renamed', NewUserName: 'other' };
    await assert.rejects(half('UpdateUser', renaming), denied);
    const both = { ...rename, Resource: [iamArn('user/renamed'), iamArn('user/other')] };
    await (await userSender(server, 'whole', both))('UpdateUser', renaming);
  });

  test('is its own subject where an operation names nobody', async () => {
    const credentials = await server.user('self', allowing('iam:*'));
    const self = sender(server, credentials);
    assert.equal((await self('GetUser')).User.UserName, 'self');
    const { AccessKey } = await self('CreateAccessKey');
    assert.equal(AccessKey.UserName, 'self');
    await self('UpdateAccessKey', { AccessKeyId: AccessKey.AccessKeyId, Status: 'Inactive' });
    assert.deepEqual(
      (await self('ListAccessKeys')).AccessKeyMetadata.map(({ Status }: { Status: string }) => Status).sort(),
      ['Active', 'Inactive'],
    );
    await self('DeleteAccessKey', { AccessKeyId: AccessKey.AccessKeyId });
  });

  test('keeps a boundary, and gives it up with its life', async () => {
    const { Policy } = await root('CreatePolicy', {
      PolicyName: 'edge',
      PolicyDocument: documentOf(allowing('kms:*')),
    });
    await root('CreateUser', { UserName: 'bounded', PermissionsBoundary: Policy.Arn });
    const usage = async (): Promise<number> =>
      (await root('GetPolicy', { PolicyArn: Policy.Arn })).Policy.PermissionsBoundaryUsageCount;
    assert.equal(await usage(), 1);
    const filter = { PolicyArn: Policy.Arn, PolicyUsageFilter: 'PermissionsBoundary' };
    assert.equal((await root('ListEntitiesForPolicy', filter)).PolicyUsers[0].UserName, 'bounded');
    await root('DeleteUser', { UserName: 'bounded' });
    assert.equal(await usage(), 0);
    await root('DeletePolicy', { PolicyArn: Policy.Arn });
  });
});

describe('tags', () => {
  const given = (...keys: string[]) => keys.map((Key) => ({ Key, Value: Key }));
  const policyArn = iamArn('policy/labelled');

  test('of users and roles have one key in any case', async () => {
    await root('CreateUser', { UserName: 'labelled', Tags: given('team') });
    await root('TagUser', { UserName: 'labelled', Tags: given('TEAM') });
    assert.deepEqual((await root('ListUserTags', { UserName: 'labelled' })).Tags, given('TEAM'));
    await root('UntagUser', { UserName: 'labelled', TagKeys: ['Team'] });
    assert.deepEqual((await root('ListUserTags', { UserName: 'labelled' })).Tags, []);
  });

  test('of policies and all else have keys that differ by case', async () => {
    const PolicyDocument = documentOf(allowing('kms:*'));
    await root('CreatePolicy', { PolicyName: 'labelled', PolicyDocument, Tags: given('a', 'A') });
    await root('TagPolicy', { PolicyArn: policyArn, Tags: given('b', 'B') });
    assert.deepEqual((await root('ListPolicyTags', { PolicyArn: policyArn })).Tags, given('A', 'B', 'a', 'b'));
    await root('UntagPolicy', { PolicyArn: policyArn, TagKeys: ['a', 'B'] });
    assert.deepEqual((await root('ListPolicyTags', { PolicyArn: policyArn })).Tags, given('A', 'b'));
    await assert.rejects(root('TagPolicy', { PolicyArn: policyArn, Tags: given('a', 'a') }), {
      Code: 'InvalidInput',
      message: 'Duplicate tag keys found.',
    });
  });
});

describe('root', () => {
  test('shows itself, and makes and lists its own keys', async () => {
    const { User } = await root('GetUser');
    assert.deepEqual(Object.keys(User).sort(), ['Arn', 'CreateDate', 'UserId']);
    assert.equal(User.Arn, iamArn('root'));
    const { AccessKey } = await root('CreateAccessKey');
    assert.equal((await root('ListAccessKeys')).AccessKeyMetadata.length, 2);
    const other = sender(server, { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    assert.equal((await other('GetCallerIdentity')).Arn, iamArn('root'));
    await assert.rejects(root('CreateAccessKey'), {
      Code: 'LimitExceeded',
      message: 'Cannot exceed quota for AccessKeysPerAccount: 2',
    });
    await root('DeleteAccessKey', { AccessKeyId: AccessKey.AccessKeyId });
    await assert.rejects(other('GetCallerIdentity'), { Code: 'InvalidClientTokenId' });
  });
});

describe('with the next request', () => {
  test('an inactive key is unknown, and an active one serves again', async () => {
    const credentials = await server.user('switched');
    const call = sender(server, credentials);
    const set = (Status: string): Promise<void> =>
      root('UpdateAccessKey', { UserName: 'switched', AccessKeyId: credentials.accessKeyId, Status });
    await call('GetCallerIdentity');
    await set('Inactive');
    await assert.rejects(call('GetCallerIdentity'), {
      Code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    });
    await set('Active');
    await call('GetCallerIdentity');
  });

  test('a policy, its new default version and its removal decide', async () => {
    const call = await userSender(server, 'policed');
    const PolicyArn = iamArn('policy/switching');
    const of = (...actions: string[]): string => documentOf(allowing(...actions));
    await root('CreatePolicy', { PolicyName: 'switching', PolicyDocument: of('iam:ListUsers') });
    await root('AttachUserPolicy', { UserName: 'policed', PolicyArn });
    await call('ListUsers');
    await root('CreatePolicyVersion', { PolicyArn, PolicyDocument: of('iam:ListPolicies') });
    await call('ListUsers');
    await root('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
    await assert.rejects(call('ListUsers'), denied);
    await call('ListPolicies', { MaxItems: 1 });
    await root('DetachUserPolicy', { UserName: 'policed', PolicyArn });
    await assert.rejects(call('ListPolicies'), denied);
  });

  test("one of AWS's policies decides", async () => {
    const call = await userSender(server, 'aws-policed');
    await root('AttachUserPolicy', { UserName: 'aws-policed', PolicyArn: readOnly });
    await call('ListUsers');
    await assert.rejects(call('CreateUser', { UserName: 'x' }), denied);
  });

  test('a boundary limits, and the refusal says so', async () => {
    const call = await userSender(server, 'limited', allowing('iam:*'));
    await root('PutUserPermissionsBoundary', { UserName: 'limited', PermissionsBoundary: readOnly });
    await call('ListUsers');
    await assert.rejects(call('DeleteUser', { UserName: 'limited' }), {
      message: `User: ${iamArn('user/limited')} is not authorized to perform: iam:DeleteUser on resource: user limited because no permissions boundary allows the iam:DeleteUser action`,
    });
    await root('DeleteUserPermissionsBoundary', { UserName: 'limited' });
    await call('TagUser', { UserName: 'limited', Tags: [{ Key: 'k', Value: 'v' }] });
  });

  test('a boundary is what its policy says now', async () => {
    const call = await userSender(server, 'held', allowing('iam:*'));
    const versionOf = (Action: string) => ({ PolicyDocument: documentOf(allowing(Action)) });
    const { Policy } = await root('CreatePolicy', { PolicyName: 'holding', ...versionOf('iam:List*') });
    await root('PutUserPermissionsBoundary', { UserName: 'held', PermissionsBoundary: Policy.Arn });
    await call('ListUsers');
    await root('CreatePolicyVersion', { PolicyArn: Policy.Arn, ...versionOf('iam:Get*'), SetAsDefault: true });
    await assert.rejects(call('ListUsers'), denied);
    await call('GetUser', { UserName: 'held' });
    await root('SetDefaultPolicyVersion', { PolicyArn: Policy.Arn, VersionId: 'v1' });
    await call('ListUsers');
    await root('DeleteUserPermissionsBoundary', { UserName: 'held' });
    await root('DeletePolicyVersion', { PolicyArn: Policy.Arn, VersionId: 'v2' });
    await root('DeletePolicy', { PolicyArn: Policy.Arn });
  });
});

describe('conditions', () => {
  const rows: readonly (readonly [condition: object, operation: string, allowed: object, refused: object])[] = [
    [
      { ArnEquals: { 'iam:PolicyARN': readOnly } },
      'AttachUserPolicy',
      { UserName: 'tagged', PolicyArn: readOnly },
      { UserName: 'tagged', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ],
    [
      { StringEquals: { 'iam:PermissionsBoundary': readOnly } },
      'CreateUser',
      { UserName: 'made', PermissionsBoundary: readOnly },
      { UserName: 'not-made' },
    ],
    [
      { StringEquals: { 'iam:PermissionsBoundary': readOnly } },
      'PutUserPolicy',
      { UserName: 'made', PolicyName: 'p', PolicyDocument: documentOf(allowing('kms:*')) },
      { UserName: 'tagged', PolicyName: 'p', PolicyDocument: documentOf(allowing('kms:*')) },
    ],
    [
      { StringEquals: { 'aws:RequestTag/team': 'blue' } },
      'TagUser',
      { UserName: 'tagged', Tags: [{ Key: 'team', Value: 'blue' }] },
      { UserName: 'tagged', Tags: [{ Key: 'team', Value: 'red' }] },
    ],
    [
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['cost'] } },
      'UntagUser',
      { UserName: 'tagged', TagKeys: ['cost'] },
      { UserName: 'tagged', TagKeys: ['cost', 'team'] },
    ],
    [
      { StringEquals: { 'iam:ResourceTag/kind': 'robot' } },
      'ListUserTags',
      { UserName: 'tagged' },
      { UserName: 'made' },
    ],
    [
      { StringEquals: { 'aws:ResourceTag/kind': 'robot' } },
      'GetPolicy',
      { PolicyArn: iamArn('policy/robots') },
      { PolicyArn: readOnly },
    ],
  ];
  const robot = [{ Key: 'kind', Value: 'robot' }];
  for (const [index, [Condition, operation, allowed, refused]] of rows.entries()) {
    test(`${operation} by ${JSON.stringify(Condition)}`, async () => {
      if (index === 0) {
        await root('CreateUser', { UserName: 'tagged', Tags: robot });
        await root('CreatePolicy', {
          PolicyName: 'robots',
          PolicyDocument: documentOf(allowing('kms:*')),
          Tags: robot,
        });
      }
      const statement = { Effect: 'Allow', Action: `iam:${operation}`, Resource: '*', Condition };
      const call = await userSender(server, `conditional${index}`, statement);
      await call(operation, allowed);
      await assert.rejects(call(operation, refused), denied);
    });
  }
});

describe('lists', () => {
  test('are paged without loss, by path too', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `paged${index}`);
    for (const UserName of names) await root('CreateUser', { UserName, Path: '/paged/' });
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await root('ListUsers', { PathPrefix: '/paged/', MaxItems: 3, Marker });
      assert.equal(page.IsTruncated, page.Marker !== undefined);
      assert.ok(page.Users.length <= 3);
      seen.push(...page.Users.map(({ UserName }: { UserName: string }) => UserName));
      Marker = page.Marker;
    } while (Marker !== undefined);
    assert.deepEqual(seen, names);
  });

  test('take a marker only for the question that it answers', async () => {
    const { Marker } = await root('ListUsers', { MaxItems: 1 });
    const invalid = { Code: 'ValidationError', message: 'Invalid Marker.' };
    await assert.rejects(root('ListUsers', { Marker, PathPrefix: '/paged/' }), invalid);
    await assert.rejects(root('ListPolicies', { Marker }), invalid);
    await root('ListUsers', { Marker, MaxItems: 2 });
  });

  test('take no marker that a client made up for a place that there is not', async () => {
    for (const operation of ['ListPolicies', 'GetAccountAuthorizationDetails']) {
      const query = JSON.stringify([operation, account, {}]);
      for (const place of ['9x', 'x', '-1']) {
        const digest = hash('sha256', `${query}\0${place}`, 'buffer').subarray(0, 8);
        const Marker = Buffer.concat([digest, Buffer.from(place)]).toString('base64url');
        await assert.rejects(root(operation, { Marker }), { Code: 'ValidationError', message: 'Invalid Marker.' });
      }
    }
  });

  test('of policies go through the own ones, then those of AWS', async () => {
    const arns: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await root('ListPolicies', { MaxItems: 1000, Marker });
      arns.push(...page.Policies.map(({ Arn }: { Arn: string }) => Arn));
      Marker = page.Marker;
    } while (Marker !== undefined);
    assert.ok(arns.indexOf(iamArn('policy/robots')) < arns.indexOf(readOnly));
    assert.equal(new Set(arns).size, arns.length);
    assert.ok(arns.length > 1000);
  });

  for (const [input, expected] of [
    [{ OnlyAttached: true, Scope: 'AWS' }, ['ReadOnlyAccess']],
    [{ PolicyUsageFilter: 'PermissionsBoundary' }, ['ReadOnlyAccess']],
    [{ PathPrefix: '/service-role/', OnlyAttached: true }, []],
    [{ Scope: 'Local', OnlyAttached: true }, []],
  ] as const) {
    test(`of policies by ${JSON.stringify(input)}`, async () => {
      const { Policies } = await root('ListPolicies', { ...input, MaxItems: 1000 });
      assert.deepEqual(
        Policies.map(({ PolicyName }: { PolicyName: string }) => PolicyName),
        expected,
      );
    });
  }
});

describe('quotas', () => {
  test('do not count white space in documents', async () => {
    const spacious = documentOf(allowing('kms:*')).replaceAll(',', `,${' '.repeat(2000)}`);
    await root('CreateUser', { UserName: 'spacious' });
    await root('PutUserPolicy', { UserName: 'spacious', PolicyName: 'p', PolicyDocument: spacious });
    await root('CreatePolicy', { PolicyName: 'spacious', PolicyDocument: spacious });
    const { PolicyDocument } = await root('GetUserPolicy', { UserName: 'spacious', PolicyName: 'p' });
    assert.equal(decodeURIComponent(PolicyDocument), spacious);
  });

  test('hold against requests at the same moment', async () => {
    await root('CreateUser', { UserName: 'racing' });
    const calls = Array.from({ length: 8 }, () => root('CreateAccessKey', { UserName: 'racing' }));
    const settled = await Promise.allSettled(calls);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 2);
    assert.equal((await root('ListAccessKeys', { UserName: 'racing' })).AccessKeyMetadata.length, 2);
  });

  for (const [quota, limit, operation, input] of [
    ['UsersPerAccount', 5000, 'CreateUser', { UserName: 'last' }],
    ['PoliciesPerAccount', 1500, 'CreatePolicy', { PolicyName: 'last', PolicyDocument: documentOf(allowing('a:b')) }],
  ] as const) {
    test(`allow ${limit} by ${quota}`, async () => {
      const { store } = server.running;
      const setCount = (count: number): Promise<number> =>
        store.transact((tx) => {
          const record = accounts.find(tx, account)!;
          accounts.replace(tx, { ...record, counts: { ...record.counts, [quota]: count } });
          return record.counts[quota] ?? 0;
        });
      const before = await setCount(limit - 1);
      await root(operation, input);
      const message = `Cannot exceed quota for ${quota}: ${limit}`;
      await assert.rejects(root(operation, input), { Code: 'EntityAlreadyExists' });
      const another = { ...input, UserName: 'one-more', PolicyName: 'one-more' };
      await assert.rejects(root(operation, another), { Code: 'LimitExceeded', message });
      await setCount(before + 1);
    });
  }
});

test('the last use of a key is known at once and after a restart', async () => {
  const credentials = await server.user('busy');
  await sender(server, credentials)('GetCallerIdentity');
  const lastUse = (): Promise<unknown> => root('GetAccessKeyLastUsed', { AccessKeyId: credentials.accessKeyId });
  const known = await lastUse();
  assert.partialDeepStrictEqual(known, {
    UserName: 'busy',
    AccessKeyLastUsed: { ServiceName: 'sts', Region: 'us-east-1' },
  });
  await server.restart();
  assert.deepEqual(await lastUse(), known);
});
