import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, type Send, sender } from '../../src/testing/iam.ts';
import { testServer } from '../../src/testing/server.ts';
import type { Credentials } from '../../src/testing/sign.ts';

/** Attacks on roles and sessions: confused deputies, wider sessions, tokens that outlive their right. */
const other = '444455556666';
const bKey = { accessKeyId: 'AKIAOTHERACCOUNTBOB1', secretAccessKey: 'secret-of-bob-in-the-other-account-00001' };
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const server = await testServer({
  seedText: JSON.stringify({
    users: [
      {
        account: other,
        name: 'vendor',
        accessKeys: [{ id: bKey.accessKeyId, secret: bKey.secretAccessKey }],
        policies: { p: { Version: '2012-10-17', Statement: everything } },
      },
    ],
  }),
});
const root = sender(server);
const vendor = sender(server, bKey);
const aliceKey = await server.user('alice', everything);
const alice = sender(server, aliceKey);
const denied = { Code: 'AccessDenied' };
const invalid = { Code: 'InvalidClientTokenId' };

interface Begun {
  readonly Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
}

const credentialsOf = ({ Credentials: given }: Begun): Required<Credentials> => ({
  accessKeyId: given.AccessKeyId,
  secretAccessKey: given.SecretAccessKey,
  sessionToken: given.SessionToken,
});

const trusting = (principal: string, more: object = {}): string =>
  documentOf({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...more });

const role = async (RoleName: string, AssumeRolePolicyDocument: string, ...actions: string[]): Promise<string> => {
  await root('CreateRole', { RoleName, AssumeRolePolicyDocument });
  if (actions.length > 0) {
    await root('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: documentOf(allowing(...actions)) });
  }
  return iamArn(`role/${RoleName}`);
};

const assume = async (who: Send, RoleArn: string, more: object = {}): Promise<Send> =>
  sender(server, credentialsOf(await who('AssumeRole', { RoleArn, RoleSessionName: 's1', ...more })));

describe('a confused deputy', () => {
  const asked = { Condition: { StringEquals: { 'sts:ExternalId': 'Customer-7' } } };

  test('gets in with the customer’s own external id only', async () => {
    const RoleArn = await role('deputy', trusting(other, asked), 'iam:ListUsers');
    await assert.rejects(assume(vendor, RoleArn), denied);
    for (const ExternalId of ['customer-7', 'Customer-8', 'Customer-7,Customer-8', 'Customer-', 'Customer-77']) {
      await assert.rejects(assume(vendor, RoleArn, { ExternalId }), denied, ExternalId);
    }
    await assert.rejects(assume(vendor, RoleArn, { ExternalId: 'Customer-*' }), { Code: 'ValidationError' });
    await assert.rejects(assume(vendor, RoleArn, { Tags: [{ Key: 'sts:ExternalId', Value: 'Customer-7' }] }), denied);
    await (await assume(vendor, RoleArn, { ExternalId: 'Customer-7' }))('ListUsers');
  });

  test('gets in nowhere by the account’s word alone, nor by that of its own account', async () => {
    const closed = await role('closed', trusting(account));
    await assert.rejects(assume(vendor, closed, { ExternalId: 'Customer-7' }), denied);
    await assert.rejects(vendor('AssumeRole', { RoleArn: iamArn('role/absent'), RoleSessionName: 's1' }), denied);
  });
});

describe('a session policy', () => {
  test('never gives what the role does not have', async () => {
    const RoleArn = await role('narrow', trusting(account), 'iam:ListUsers');
    const wide = await assume(alice, RoleArn, {
      Policy: documentOf(everything),
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    });
    await wide('ListUsers');
    await assert.rejects(wide('ListRoles'), denied);
  });

  test('is not shed by asking anew with the session', async () => {
    const RoleArn = await role('self', trusting(account), '*');
    const narrowed = await assume(alice, RoleArn, { Policy: documentOf(allowing('iam:ListUsers')) });
    await assert.rejects(assume(narrowed, RoleArn), denied);
    await assert.rejects(narrowed('GetSessionToken'), denied);
    await assert.rejects(narrowed('GetFederationToken', { Name: 'x1', Policy: documentOf(everything) }), denied);
    await assert.rejects(narrowed('CreateAccessKey', { UserName: 'alice' }), denied);
  });

  test('of a federated user gives nothing that its user does not have', async () => {
    const broker = sender(server, await server.user('broker', allowing('sts:GetFederationToken', 'kms:ListKeys')));
    const given = credentialsOf(await broker('GetFederationToken', { Name: 'guest', Policy: documentOf(everything) }));
    const { KMSClient, CreateKeyCommand, ListKeysCommand } = await import('@aws-sdk/client-kms');
    const guest = server.client(KMSClient, given);
    await guest.send(new ListKeysCommand({}));
    await assert.rejects(guest.send(new CreateKeyCommand({})), { name: 'AccessDeniedException' });
  });
});

describe('a session token', () => {
  test('is of no use when its time is over, whatever the client’s clock says', async () => {
    const session = await assume(alice, await role('brief', trusting(account), '*'), { DurationSeconds: 900 });
    await session('ListUsers');
    await server.advance('901s');
    await assert.rejects(session('ListUsers'), {
      Code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
    await assert.rejects(session('GetCallerIdentity'), { Code: 'ExpiredToken' });
  });

  test('dies with the key, the user or the role that it came from', async () => {
    const key = await server.user('temp', everything);
    const given = credentialsOf(await sender(server, key)('GetSessionToken'));
    const session = sender(server, given);
    await session('GetCallerIdentity');
    await root('UpdateAccessKey', { UserName: 'temp', AccessKeyId: key.accessKeyId, Status: 'Inactive' });
    await assert.rejects(session('GetCallerIdentity'), invalid);
    await root('UpdateAccessKey', { UserName: 'temp', AccessKeyId: key.accessKeyId, Status: 'Active' });
    await session('GetCallerIdentity');
    await root('DeleteAccessKey', { UserName: 'temp', AccessKeyId: key.accessKeyId });
    await assert.rejects(session('GetCallerIdentity'), invalid);
  });

  test('is revoked with all that were issued before a moment', async () => {
    const RoleArn = await role('revoked', trusting(account), '*');
    const before = await assume(alice, RoleArn);
    await before('ListUsers');
    await server.advance('5s');
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': server.running.clock.now().toISOString() } };
    const PolicyDocument = documentOf({ Effect: 'Deny', Action: '*', Resource: '*', Condition });
    await root('PutRolePolicy', { RoleName: 'revoked', PolicyName: 'AWSRevokeOlderSessions', PolicyDocument });
    await assert.rejects(before('ListUsers'), denied);
    await assert.rejects(
      before('DeleteRolePolicy', { RoleName: 'revoked', PolicyName: 'AWSRevokeOlderSessions' }),
      denied,
    );
  });

  test('belongs to one key, is whole, and cannot be left out', async () => {
    const first = credentialsOf(await alice('GetSessionToken'));
    const second = credentialsOf(await alice('GetSessionToken'));
    const refused = (credentials: Credentials) =>
      assert.rejects(sender(server, credentials)('GetCallerIdentity'), invalid);
    await refused({ ...first, sessionToken: second.sessionToken });
    await refused({ ...aliceKey, sessionToken: first.sessionToken });
    await refused({ accessKeyId: first.accessKeyId, secretAccessKey: first.secretAccessKey });
    const middle = Math.floor(first.sessionToken.length / 2);
    const flipped = first.sessionToken[middle] === 'A' ? 'B' : 'A';
    const altered = first.sessionToken.slice(0, middle) + flipped + first.sessionToken.slice(middle + 1);
    await refused({ ...first, sessionToken: altered });
    await refused({ ...first, sessionToken: `${first.sessionToken}A` });
  });
});
