import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { newAccessKeyId } from '../../kernel/access-key-id.ts';
import { account, allowing, documentOf, iamArn, type Send, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';
import type { Credentials } from '../../testing/sign.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' };

const session = async (
  call: Send,
  input: object = {},
  operation = 'GetSessionToken',
): Promise<Credentials & { expiration: Date }> => {
  const { Credentials: issued } = await call(operation, input);
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
    expiration: issued.Expiration,
  };
};

const invalidToken = {
  Code: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
};

describe('GetCallerIdentity', () => {
  test('names root by its account', async () =>
    assert.deepEqual(await root('GetCallerIdentity'), { UserId: account, Account: account, Arn: iamArn('root') }));

  test('answers a user, even one to whom everything is denied', async () => {
    const denied = sender(server, await server.user('denied', denyAll));
    const { User } = await root('GetUser', { UserName: 'denied' });
    assert.deepEqual(await denied('GetCallerIdentity'), { UserId: User.UserId, Account: account, Arn: User.Arn });
  });

  test('is journalled as an event of STS', async () => {
    const [record] = await server.journal('GetCallerIdentity');
    assert.partialDeepStrictEqual(record, { eventSource: 'sts.amazonaws.com', readOnly: true });
  });
});

describe('GetSessionToken', () => {
  test('gives a user a session with the same identity, even one to whom everything is denied', async () => {
    const user = sender(server, await server.user('alice', denyAll));
    const credentials = await session(user);
    assert.match(credentials.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    assert.deepEqual(await sender(server, credentials)('GetCallerIdentity'), await user('GetCallerIdentity'));
  });

  for (const [who, input, seconds] of [
    ['a user', {}, 43_200],
    ['a user', { DurationSeconds: 900 }, 900],
    ['a user', { DurationSeconds: 129_600 }, 129_600],
    ['root', {}, 3600],
    ['root', { DurationSeconds: 129_600 }, 3600],
    ['root', { DurationSeconds: 900 }, 900],
  ] as const) {
    test(`gives ${who} ${seconds} s for ${JSON.stringify(input)}`, async () => {
      const name = `timed${seconds}`;
      const call = who === 'root' ? root : sender(server, await server.user(name));
      const before = server.running.clock.now().getTime();
      const { expiration } = await session(call, input);
      const lifetime = (expiration.getTime() - before) / 1000;
      assert.ok(lifetime > seconds - 1 && lifetime < seconds + 5, `${lifetime}`);
    });
  }

  for (const [DurationSeconds, constraint] of [
    [899, 'Member must have value greater than or equal to 900'],
    [129_601, 'Member must have value less than or equal to 129600'],
  ] as const) {
    test(`refuses ${DurationSeconds} s`, () =>
      assert.rejects(root('GetSessionToken', { DurationSeconds }), {
        Code: 'ValidationError',
        message: `1 validation error detected: Value '${DurationSeconds}' at 'durationSeconds' failed to satisfy constraint: ${constraint}`,
      }));
  }

  test('refuses a session, and so does GetFederationToken', async () => {
    const call = sender(server, await session(root));
    for (const [operation, input] of [
      ['GetSessionToken', {}],
      ['GetFederationToken', { Name: 'federated' }],
    ] as const) {
      const message = `Cannot call ${operation} with session credentials`;
      await assert.rejects(call(operation, input), { Code: 'AccessDenied', message });
    }
  });

  test('refuses an MFA device that nobody has', () =>
    assert.rejects(root('GetSessionToken', { SerialNumber: iamArn('mfa/x'), TokenCode: '123456' }), {
      Code: 'AccessDenied',
      message:
        'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    }));

  test('leaves no secret in the journal', async () => {
    const { secretAccessKey } = await session(root);
    const records = JSON.stringify(await server.journal());
    assert.ok(records.includes('GetSessionToken') && !records.includes(secretAccessKey));
  });
});

describe('a session', () => {
  test('may not call IAM, nor STS beyond its identity', async () => {
    const call = sender(server, await session(root));
    await assert.rejects(call('ListUsers'), invalidToken);
    await assert.rejects(call('GetAccessKeyInfo', { AccessKeyId: newAccessKeyId('AKIA', account) }), {
      Code: 'AccessDenied',
    });
  });

  test('of a federated user may not call IAM, whatever its policies allow', async () => {
    const user = sender(server, await server.user('federating', allowing('iam:*', 'sts:GetFederationToken')));
    const input = { Name: 'federated', Policy: documentOf(allowing('iam:*')) };
    const call = sender(server, await session(user, input, 'GetFederationToken'));
    await assert.rejects(call('ListUsers'), invalidToken);
    await call('GetCallerIdentity');
  });

  test('is nothing without its token, with an altered one, or with that of another', async () => {
    const [one, other] = [await session(root), await session(root)];
    const { sessionToken, ...bare } = one;
    const altered = sessionToken!.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    await assert.rejects(sender(server, bare)('GetCallerIdentity'), invalidToken);
    await assert.rejects(sender(server, { ...one, sessionToken: altered })('GetCallerIdentity'), invalidToken);
    await assert.rejects(
      sender(server, { ...one, sessionToken: other.sessionToken! })('GetCallerIdentity'),
      invalidToken,
    );
  });

  test('needs its own secret', async () => {
    const [one, other] = [await session(root), await session(root)];
    const mixed = sender(server, { ...one, secretAccessKey: other.secretAccessKey });
    await assert.rejects(mixed('GetCallerIdentity'), { Code: 'SignatureDoesNotMatch' });
  });

  test('lives on through a restart', async () => {
    const call = sender(server, await session(root));
    await server.restart();
    assert.equal((await call('GetCallerIdentity')).Arn, iamArn('root'));
  });

  test('is dead while the key that asked for it is inactive, and after it is deleted', async () => {
    const credentials = await server.user('parent', allowing('kms:*'));
    const call = sender(server, await session(sender(server, credentials)));
    const key = { UserName: 'parent', AccessKeyId: credentials.accessKeyId };
    await call('GetCallerIdentity');
    await root('UpdateAccessKey', { ...key, Status: 'Inactive' });
    await assert.rejects(call('GetCallerIdentity'), invalidToken);
    await root('UpdateAccessKey', { ...key, Status: 'Active' });
    await call('GetCallerIdentity');
    await root('DeleteAccessKey', key);
    await assert.rejects(call('GetCallerIdentity'), invalidToken);
  });

  test('has the tags and the name that its user has now', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'a' } };
    const statement = { Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*', Condition };
    const credentials = await session(sender(server, await server.user('changing', statement)));
    const kms = server.client(KMSClient, credentials);
    const listKeys = () => kms.send(new ListKeysCommand({}));
    await assert.rejects(listKeys(), { name: 'AccessDeniedException' });
    await root('TagUser', { UserName: 'changing', Tags: [{ Key: 'team', Value: 'a' }] });
    await listKeys();
    await root('UpdateUser', { UserName: 'changing', NewUserName: 'changed' });
    await listKeys();
    assert.equal((await sender(server, credentials)('GetCallerIdentity')).Arn, iamArn('user/changed'));
    await root('UntagUser', { UserName: 'changed', TagKeys: ['team'] });
    await assert.rejects(listKeys(), { name: 'AccessDeniedException' });
  });

  test('is over when its time is', async () => {
    const call = sender(server, await session(root, { DurationSeconds: 900 }));
    // The clock goes on by itself meanwhile.
    await server.advance('890s');
    await call('GetCallerIdentity');
    await server.advance('11s');
    await assert.rejects(call('GetCallerIdentity'), {
      Code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
  });
});

describe('in open mode', () => {
  test('a key that is taken on trust gets a session that is trusted, in any account', async () => {
    const open = await testServer({ mode: 'open' });
    for (const [accessKeyId, Account] of [
      ['test', account],
      ['999999999999', '999999999999'],
    ] as const) {
      const call = sender(open, await session(sender(open, { accessKeyId, secretAccessKey: 'x' })));
      assert.equal((await call('GetCallerIdentity')).Account, Account);
      await call('CreateUser', { UserName: 'new' });
      assert.equal((await call('ListUsers')).Users.length, 1);
    }
  });

  test('a session that began with a key taken on trust is nothing in enforced mode', async () => {
    const data = mkdtempSync(join(tmpdir(), 'bulwark-sts-'));
    after(() => rmSync(data, { recursive: true, force: true }));
    const open = await testServer({ mode: 'open', data });
    const trusted = sender(open, { accessKeyId: 'test', secretAccessKey: 'x' });
    const anybody = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
    const { Role } = await trusted('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: documentOf(anybody) });
    const asRole = (call: Send) => session(call, { RoleArn: Role.Arn, RoleSessionName: 'session' }, 'AssumeRole');
    const role = await asRole(trusted);
    const sessions = [
      await session(trusted),
      await session(trusted, { Name: 'federated' }, 'GetFederationToken'),
      role,
      await asRole(sender(open, role)),
    ];
    for (const each of sessions) await sender(open, each)('GetCallerIdentity');
    await open.close();
    const enforced = await testServer({ data });
    for (const each of sessions) await assert.rejects(sender(enforced, each)('GetCallerIdentity'), invalidToken);
  });

  test('a key that was issued is verified', async () => {
    const open = await testServer({ mode: 'open' });
    const { accessKeyId } = await open.user('issued');
    const call = sender(open, { accessKeyId, secretAccessKey: 'wrong' });
    await assert.rejects(call('GetCallerIdentity'), { Code: 'SignatureDoesNotMatch' });
  });
});

describe('GetAccessKeyInfo', () => {
  const of = (AccessKeyId: string, call = root): Promise<unknown> => call('GetAccessKeyInfo', { AccessKeyId });

  test('tells the account of a long-term, a temporary, a deleted and a foreign key', async () => {
    const { accessKeyId } = await server.user('owner');
    assert.deepEqual(await of(accessKeyId), { Account: account });
    await root('DeleteAccessKey', { UserName: 'owner', AccessKeyId: accessKeyId });
    assert.deepEqual(await of(accessKeyId), { Account: account });
    assert.deepEqual(await of((await session(root)).accessKeyId), { Account: account });
    assert.deepEqual(await of(newAccessKeyId('AKIA', '000000000007')), { Account: '000000000007' });
  });

  test('tells the account of a key whose id was chosen', async () =>
    assert.deepEqual(await of('AKIATESTROOTACCESSKEY'), { Account: account }));

  test('refuses an id that carries no account', () =>
    assert.rejects(of('AKIAAAAAAAAAAAAAAAAA'), {
      Code: 'ValidationError',
      message: 'Invalid access key ID: AKIAAAAAAAAAAAAAAAAA',
    }));

  test('needs permission', async () => {
    const call = sender(server, await server.user('nobody'));
    await assert.rejects(of('AKIATESTROOTACCESSKEY', call), {
      Code: 'AccessDenied',
      message: `User: ${iamArn('user/nobody')} is not authorized to perform: sts:GetAccessKeyInfo on resource: * because no identity-based policy allows the sts:GetAccessKeyInfo action`,
    });
  });
});
