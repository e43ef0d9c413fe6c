import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  EncryptCommand,
  KMSClient,
  ListKeysCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
} from '@aws-sdk/client-kms';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { organizationsSender, TestOrganization } from '../../testing/organization.ts';
import { testServer } from '../../testing/server.ts';
import type { Credentials } from '../../testing/sign.ts';
import { accounts } from './accounts.ts';
import { closeAccount } from './closing.ts';
import { organizations } from './organizations.ts';

const outsiderKey = {
  accessKeyId: 'AKIAOUTSIDERKEY00001',
  secretAccessKey: 'outsider-secret-access-key-0123456789012',
};
const outsiderAccount = '999988887777';
const server = await testServer({
  seedText: JSON.stringify({
    users: [
      {
        name: 'eve',
        account: outsiderAccount,
        accessKeys: [{ id: outsiderKey.accessKeyId, secret: outsiderKey.secretAccessKey }],
        policies: {
          all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
        },
      },
    ],
  }),
});
const organization = await TestOrganization.create(server);
const { send, rootId } = organization;
const kms = (credentials?: Credentials): KMSClient => server.client(KMSClient, credentials);
const createKey = async (as?: Credentials) => (await kms(as).send(new CreateKeyCommand({}))).KeyMetadata!;
const Plaintext = Buffer.from('plaintext');
const denyKms = { Effect: 'Deny', Action: 'kms:CreateKey', Resource: '*' };
const refused = (message: RegExp | string) => ({ name: /AccessDenied/, message });

describe('service control policies', () => {
  test('a new account may do everything, through the policy that is everywhere', async () => {
    const { account, admin } = await organization.account('fresh');
    assert.equal((await createKey(admin)).AWSAccountId, account);
    const { Arn } = await server.client(STSClient, admin).send(new GetCallerIdentityCommand({}));
    assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/test`);
  });

  test('a Deny on the account refuses its administrators from the next request on, and says so', async () => {
    const { account, admin } = await organization.account('denied');
    await createKey(admin);
    const PolicyId = await organization.attach(account, 'SERVICE_CONTROL_POLICY', denyKms);
    await assert.rejects(
      createKey(admin),
      refused(
        `User: arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/test is not authorized to perform: kms:CreateKey on resource: * with an explicit deny in a service control policy`,
      ),
    );
    await kms(admin).send(new ListKeysCommand({}));
    await send('DetachPolicy', { PolicyId, TargetId: account });
    await createKey(admin);
  });

  test('every level must allow, and a level without an Allow is named', async () => {
    const { account, admin } = await organization.account('allow-listed');
    const unit = await organization.unit('allow-listed');
    await organization.attach(unit, 'SERVICE_CONTROL_POLICY', { Effect: 'Allow', Action: 'kms:*', Resource: '*' });
    await send('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: unit });
    await server.client(IAMClient, admin).send(
      new CreateRoleCommand({
        RoleName: 'before',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
        }),
      }),
    );
    await send('MoveAccount', { AccountId: account, SourceParentId: rootId, DestinationParentId: unit });
    await createKey(admin);
    await assert.rejects(
      server
        .client(IAMClient, admin)
        .send(new PutRolePolicyCommand({ RoleName: 'before', PolicyName: 'p', PolicyDocument: '{}' })),
      refused(/ because no service control policy allows the iam:PutRolePolicy action$/),
    );
  });

  test('policies of the root and of every unit above bind, until the account moves away', async () => {
    const { account, admin } = await organization.account('nested');
    const outer = await organization.unit('outer');
    const inner = await organization.unit('inner', outer);
    await organization.attach(outer, 'SERVICE_CONTROL_POLICY', denyKms);
    await send('MoveAccount', { AccountId: account, SourceParentId: rootId, DestinationParentId: inner });
    await assert.rejects(createKey(admin), refused(/explicit deny in a service control policy/));
    await send('MoveAccount', { AccountId: account, SourceParentId: inner, DestinationParentId: rootId });
    await createKey(admin);
  });

  test('an updated document decides the next request', async () => {
    const { account, admin } = await organization.account('updated');
    const PolicyId = await organization.attach(account, 'SERVICE_CONTROL_POLICY', denyKms);
    const Content = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...denyKms, Action: 'kms:ListKeys' }] });
    await send('UpdatePolicy', { PolicyId, Content });
    await createKey(admin);
    await assert.rejects(
      kms(admin).send(new ListKeysCommand({})),
      refused(/explicit deny in a service control policy/),
    );
  });

  test('the management account is exempt', async () => {
    const PolicyId = await organization.attach(rootId, 'SERVICE_CONTROL_POLICY', {
      ...denyKms,
      Action: 'kms:ListKeys',
    });
    const user = await server.user('aliases', { Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' });
    await kms(user).send(new ListKeysCommand({}));
    await send('DetachPolicy', { PolicyId, TargetId: rootId });
  });

  test('no policy decides while the type is disabled', async () => {
    const other = await testServer();
    const disabling = await TestOrganization.create(other);
    const { account, admin } = await disabling.account('dev');
    await disabling.attach(account, 'SERVICE_CONTROL_POLICY', { ...denyKms, Action: 'kms:ListKeys' });
    const list = () => other.client(KMSClient, admin).send(new ListKeysCommand({}));
    await assert.rejects(list(), refused(/service control policy/));
    await disabling.send('DisablePolicyType', { RootId: disabling.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    await list();
  });

  test('an account that leaves is free', async () => {
    const { account, admin } = await organization.account('leaver');
    await organization.attach(account, 'SERVICE_CONTROL_POLICY', denyKms);
    await assert.rejects(createKey(admin), refused(/service control policy/));
    await send('LeaveOrganization', {}, admin);
    await createKey(admin);
  });
});

/** A key that another account may use, as far as its key policy goes. */
const sharedKey = async (owner: { account: string; admin: Credentials }, principal: string, condition?: object) => {
  const { KeyId, Arn } = await createKey(owner.admin);
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${owner.account}:root` }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: 'kms:Encrypt',
        Resource: '*',
        ...(condition && { Condition: condition }),
      },
    ],
  });
  await kms(owner.admin).send(new PutKeyPolicyCommand({ KeyId, Policy }));
  return Arn!;
};
const encrypt = (KeyId: string, as: Credentials) => kms(as).send(new EncryptCommand({ KeyId, Plaintext }));

describe('resource control policies', () => {
  const onlyOurs = (PrincipalOrgID: string): object => ({
    Effect: 'Deny',
    Principal: '*',
    Action: ['kms:*', 'sts:*'],
    Resource: '*',
    Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': PrincipalOrgID } },
  });

  test('keep strangers from resources, whatever the key policy says, and let the organization in', async () => {
    const owner = await organization.account('rcp-owner');
    const friend = await organization.account('rcp-friend');
    const forEve = await sharedKey(owner, `arn:aws:iam::${outsiderAccount}:root`);
    const forFriend = await sharedKey(owner, `arn:aws:iam::${friend.account}:root`);
    await encrypt(forEve, outsiderKey);
    await organization.attach(owner.account, 'RESOURCE_CONTROL_POLICY', onlyOurs(organization.id));
    await assert.rejects(encrypt(forEve, outsiderKey), refused(/eve is not authorized to perform: kms:Encrypt/));
    await encrypt(forFriend, friend.admin);
    await encrypt(forFriend, owner.admin);
  });

  test('say so within the account', async () => {
    const owner = await organization.account('rcp-told');
    const key = await sharedKey(owner, `arn:aws:iam::${owner.account}:root`);
    await organization.attach(owner.account, 'RESOURCE_CONTROL_POLICY', {
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:Encrypt',
      Resource: '*',
    });
    await assert.rejects(encrypt(key, owner.admin), refused(/ with an explicit deny in a resource control policy$/));
  });

  test('bind role trust: strangers assume nothing', async () => {
    const owner = await organization.account('rcp-trust');
    const RoleName = 'for-eve';
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: outsiderAccount }, Action: 'sts:AssumeRole' }],
    };
    await server
      .client(IAMClient, owner.admin)
      .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
    const RoleArn = `arn:aws:iam::${owner.account}:role/${RoleName}`;
    const assume = () =>
      server.client(STSClient, outsiderKey).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'eve' }));
    await assume();
    await organization.attach(owner.account, 'RESOURCE_CONTROL_POLICY', onlyOurs(organization.id));
    await assert.rejects(assume(), refused(/sts:AssumeRole/));
  });

  test('do not bind services that have none: IAM goes on', async () => {
    const { account, admin } = await organization.account('rcp-iam');
    await organization.attach(account, 'RESOURCE_CONTROL_POLICY', onlyOurs('o-somebodyelse'));
    await assert.rejects(createKey(admin), refused(/resource control policy/));
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
    };
    await server
      .client(IAMClient, admin)
      .send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  });

  test('do not bind AWS managed keys, nor the retiring of grants', async () => {
    const { account, admin } = await organization.account('rcp-aws-managed');
    const { KeyId } = await createKey(admin);
    const grant = { KeyId, GranteePrincipal: account, Operations: ['Encrypt' as const] };
    const { GrantToken } = await kms(admin).send(
      new CreateGrantCommand({ ...grant, RetiringPrincipal: `arn:aws:iam::${account}:root` }),
    );
    await organization.attach(account, 'RESOURCE_CONTROL_POLICY', {
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:*',
      Resource: '*',
    });
    const ssm = server.client(SSMClient, admin);
    const put = (Name: string, own: object = {}) =>
      ssm.send(new PutParameterCommand({ Name, Value: 'v', Type: 'SecureString', ...own }));
    await put('/managed');
    await assert.rejects(put('/own', { KeyId }), refused(/explicit deny in a resource control policy/));
    await kms(admin).send(new RetireGrantCommand({ GrantToken }));
  });

  test('do not bind resources of the management account', async () => {
    const PolicyId = await organization.attach(rootId, 'RESOURCE_CONTROL_POLICY', onlyOurs('o-somebodyelse'));
    await createKey();
    await send('DetachPolicy', { PolicyId, TargetId: rootId });
  });
});

describe('condition keys', () => {
  test('aws:PrincipalOrgID lets a whole organization in, and aws:PrincipalOrgPaths a part of it', async () => {
    const owner = await organization.account('keys-owner');
    const friend = await organization.account('keys-friend');
    const inside = await sharedKey(owner, '*', { StringEquals: { 'aws:PrincipalOrgID': organization.id } });
    await encrypt(inside, friend.admin);
    await assert.rejects(encrypt(inside, outsiderKey), refused(/kms:Encrypt/));

    const unit = await organization.unit('trusted');
    const path = `${organization.id}/${rootId}/${unit}/`;
    const below = await sharedKey(owner, '*', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${path}*` } });
    await assert.rejects(encrypt(below, friend.admin), refused(/kms:Encrypt/));
    await send('MoveAccount', { AccountId: friend.account, SourceParentId: rootId, DestinationParentId: unit });
    await encrypt(below, friend.admin);
  });

  test('aws:ResourceOrgID keeps principals from resources of strangers', async () => {
    const mine = await organization.account('resource-org');
    const Key = await createKey(outsiderKey);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
    });
    await kms(outsiderKey).send(new PutKeyPolicyCommand({ KeyId: Key.KeyId, Policy }));
    await encrypt(Key.Arn!, mine.admin);
    await organization.attach(mine.account, 'SERVICE_CONTROL_POLICY', {
      Effect: 'Deny',
      Action: 'kms:*',
      Resource: '*',
      Condition: { StringNotEqualsIfExists: { 'aws:ResourceOrgID': organization.id } },
    });
    await assert.rejects(encrypt(Key.Arn!, mine.admin), refused(/explicit deny in a service control policy/));
    await createKey(mine.admin);
  });
});

describe('a closed account', () => {
  test('has no keys and sessions any more, and leaves the organization after 90 days', async () => {
    const { account, admin } = await organization.account('closed');
    await createKey(admin);
    await send('CloseAccount', { AccountId: account });
    await assert.rejects(createKey(admin), { name: 'UnrecognizedClientException' });
    await assert.rejects(server.client(STSClient, admin).send(new GetCallerIdentityCommand({})), {
      name: 'InvalidClientTokenId',
    });
    await assert.rejects(organization.assume(account), refused(/sts:AssumeRole/));
    // The timer that suspends it is due at once, so it may have fired by now.
    assert.match(
      (await send('DescribeAccount', { AccountId: account })).Account.Status,
      /^PENDING_CLOSURE$|^SUSPENDED$/,
    );
    await server.advance('1s');
    assert.equal((await send('DescribeAccount', { AccountId: account })).Account.State, 'SUSPENDED');
    await assert.rejects(send('CloseAccount', { AccountId: account }), { name: 'AccountAlreadyClosedException' });
    await server.advance('91d');
    await assert.rejects(send('DescribeAccount', { AccountId: account }), { name: 'AccountNotFoundException' });
  });

  test('waits for its closure until a timer has suspended it', async () => {
    const { account } = await organization.account('pending');
    const { store, clock } = server.running;
    await store.transact((tx) => {
      closeAccount(
        tx,
        organizations.get(tx, organization.id),
        accounts.findMember(tx, organization.id, account)!,
        clock.now(),
      );
      const closed = accounts.findMember(tx, organization.id, account)!;
      assert.equal(closed.state, 'PENDING_CLOSURE');
      const again = () => closeAccount(tx, organizations.get(tx, organization.id), closed, clock.now());
      assert.throws(again, { code: 'ConflictException' });
    });
    await server.advance('1s');
    assert.equal((await send('DescribeAccount', { AccountId: account })).Account.State, 'SUSPENDED');
  });

  test('is closed in open mode too, where unknown keys act for accounts', async () => {
    const open = await testServer({ mode: 'open' });
    const asManagement = { accessKeyId: '111122223333', secretAccessKey: 'x' };
    const asMember = { accessKeyId: '444455556666', secretAccessKey: 'x' };
    const ask = organizationsSender(open);
    await ask('CreateOrganization', {}, asManagement);
    const Target = { Type: 'ACCOUNT', Id: asMember.accessKeyId };
    const { Handshake } = await ask('InviteAccountToOrganization', { Target }, asManagement);
    await ask('AcceptHandshake', { HandshakeId: Handshake.Id }, asMember);
    await ask('DescribeOrganization', {}, asMember);
    await ask('CloseAccount', { AccountId: asMember.accessKeyId }, asManagement);
    await assert.rejects(ask('DescribeOrganization', {}, asMember), { name: 'UnrecognizedClientException' });
  });
});
