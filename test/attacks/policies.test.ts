import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateKeyCommand, DescribeKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { account, allowing, documentOf, iamArn, sender, userSender } from '../../src/testing/iam.ts';
import { testServer } from '../../src/testing/server.ts';
import { sign } from '../../src/testing/sign.ts';

/** Attacks on how policies are read: by letter case, wildcards, look-alikes and negations. */
const other = '444455556666';
const bKey = { accessKeyId: 'AKIAOTHERACCOUNTBOB1', secretAccessKey: 'secret-of-bob-in-the-other-account-00001' };
const server = await testServer({
  seedText: JSON.stringify({
    users: [
      {
        account: other,
        name: 'bob',
        accessKeys: [{ id: bKey.accessKeyId, secret: bKey.secretAccessKey }],
        policies: { p: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } },
      },
    ],
  }),
});
const root = sender(server);
const denied = { Code: 'AccessDenied' };
const everything = allowing('*');
const denying = (more: object): object => ({ Effect: 'Deny', Resource: '*', Action: '*', ...more });
const malformed = { Code: 'MalformedPolicyDocument' };

describe('letter case', () => {
  test('of an action is nothing: neither in a deny nor in an allow', async () => {
    const mallory = await userSender(server, 'case-1', everything, denying({ Action: 'IAM:cREATEuSER' }));
    await assert.rejects(mallory('CreateUser', { UserName: 'x' }), denied);
    await (await userSender(server, 'case-2', allowing('Iam:LISTUSERS')))('ListUsers');
  });

  test('of a name in a request does not pass by a deny on that name', async () => {
    await root('CreateUser', { UserName: 'Victim' });
    const mallory = await userSender(server, 'case-3', everything, denying({ Resource: iamArn('user/Victim') }));
    for (const UserName of ['Victim', 'victim', 'VICTIM']) {
      await assert.rejects(mallory('GetUser', { UserName }), denied, UserName);
      await assert.rejects(mallory('DeleteUser', { UserName }), denied, UserName);
      await assert.rejects(mallory('CreateAccessKey', { UserName }), denied, UserName);
    }
  });

  test('of an ARN counts: an allow on one spelling gives nothing on another', async () => {
    const mallory = await userSender(server, 'case-4', {
      Effect: 'Allow',
      Action: 'iam:GetUser',
      Resource: iamArn('user/victim'),
    });
    await assert.rejects(mallory('GetUser', { UserName: 'Victim' }), denied);
    await assert.rejects(mallory('GetUser', { UserName: 'victim' }), denied);
  });

  test('of a condition key is nothing, so a deny is not lost by its spelling', async () => {
    const Condition = { StringEquals: { 'AWS:userNAME': 'case-5' } };
    await assert.rejects((await userSender(server, 'case-5', everything, denying({ Condition })))('ListUsers'), denied);
  });
});

describe('wildcards', () => {
  test('for account ids name no principal of a trust or key policy', async () => {
    const kms = server.client(KMSClient);
    for (const AWS of [
      'arn:aws:iam::*:root',
      'arn:aws:iam::*:user/bob',
      '4444*',
      'arn:aws:iam::444455556666:*',
      'arn:*',
    ]) {
      const AssumeRolePolicyDocument = documentOf({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
      await assert.rejects(root('CreateRole', { RoleName: 'open', AssumeRolePolicyDocument }), malformed, AWS);
      const Policy = documentOf({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' });
      const making = kms.send(new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }));
      await assert.rejects(making, { name: 'MalformedPolicyDocumentException' }, AWS);
    }
  });

  test('in an identity policy reach into no other account', async () => {
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    const bob = server.client(KMSClient, bKey);
    for (const command of [
      new DescribeKeyCommand({ KeyId: KeyMetadata!.Arn }),
      new EncryptCommand({ KeyId: KeyMetadata!.Arn, Plaintext: Buffer.from('x') }),
    ]) {
      await assert.rejects(bob.send(command as DescribeKeyCommand), { name: 'AccessDeniedException' });
    }
    await assert.rejects(sender(server, bKey)('GetRole', { RoleName: 'open' }), { Code: 'NoSuchEntity' });
  });

  test('do not go past the end of what they stand in', async () => {
    const mallory = await userSender(server, 'wild', { Effect: 'Allow', Action: 'iam:List?sers', Resource: '*' });
    await mallory('ListUsers');
    await assert.rejects(mallory('ListRoles'), denied);
    const scoped = await userSender(server, 'wild-2', {
      Effect: 'Allow',
      Action: 'iam:GetUser',
      Resource: iamArn('user/team/*'),
    });
    await root('CreateUser', { UserName: 'member', Path: '/team/' });
    await root('CreateUser', { UserName: 'team' });
    await scoped('GetUser', { UserName: 'member' });
    await assert.rejects(scoped('GetUser', { UserName: 'team' }), denied);
  });

  test('that a value brings are characters, not wildcards', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    const Condition = { StringLike: { 'aws:PrincipalTag/team': '${aws:UserAgent}' } };
    const key = await server.user('literal', { ...allowing('iam:ListUsers'), Condition });
    await root('TagUser', { UserName: 'literal', Tags: [{ Key: 'team', Value: 'blue' }] });
    const ask = async (userAgent: string): Promise<number> => {
      const body = 'Action=ListUsers&Version=2010-05-08';
      const host = `127.0.0.1:${server.port}`;
      const sent = { host, 'content-type': 'application/x-www-form-urlencoded', 'user-agent': userAgent };
      const unsigned = { method: 'POST', path: '/', headers: sent, body };
      const { host: _host, ...headers } = sign(unsigned, key, { region: 'us-east-1', service: 'iam' });
      return (await fetch(server.url, { method: 'POST', headers, body })).status;
    };
    for (const userAgent of ['*', 'b*', 'bl?e', 'b???']) assert.equal(await ask(userAgent), 403, userAgent);
    assert.equal(await ask('blue'), 200);
  });
});

describe('Unicode look-alikes', () => {
  const lookAlikes = ['аdmin', 'ａdmin', 'adm\u0131n', 'admi\u0000n', 'admin\u200b', 'аdmіn'];

  test('are no names of users, roles and accounts', async () => {
    for (const name of lookAlikes) {
      await assert.rejects(root('CreateUser', { UserName: name }), { Code: 'ValidationError' }, JSON.stringify(name));
      const AssumeRolePolicyDocument = documentOf({
        Effect: 'Allow',
        Principal: { AWS: account },
        Action: 'sts:AssumeRole',
      });
      await assert.rejects(root('CreateRole', { RoleName: name, AssumeRolePolicyDocument }), {
        Code: 'ValidationError',
      });
    }
    const fullWidth = [...account].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
    const AssumeRolePolicyDocument = documentOf({
      Effect: 'Allow',
      Principal: { AWS: fullWidth },
      Action: 'sts:AssumeRole',
    });
    await assert.rejects(root('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument }), { Code: 'ValidationError' });
  });

  test('are different values and different tag keys', async () => {
    const Condition = { StringEqualsIgnoreCase: { 'aws:PrincipalTag/kind': 'admin' } };
    const mallory = await userSender(server, 'alike', { ...allowing('iam:ListUsers'), Condition });
    for (const Value of ['аdmin', 'ａdmin', 'adm\u0131n']) {
      await root('TagUser', { UserName: 'alike', Tags: [{ Key: 'kind', Value }] });
      await assert.rejects(mallory('ListUsers'), denied, JSON.stringify(Value));
    }
    await root('UntagUser', { UserName: 'alike', TagKeys: ['kind'] });
    for (const Key of ['\u212aind', 'kınd', 'kіnd']) {
      await root('TagUser', { UserName: 'alike', Tags: [{ Key, Value: 'admin' }] });
      await assert.rejects(mallory('ListUsers'), denied, JSON.stringify(Key));
    }
    await root('TagUser', { UserName: 'alike', Tags: [{ Key: 'KIND', Value: 'Admin' }] });
    await mallory('ListUsers');
  });

  test('in a document are no actions', async () => {
    for (const Action of ['іam:*', 'iam：ListUsers', 'ｉam:*', '\u212ams:*']) {
      const PolicyDocument = documentOf({ Effect: 'Allow', Action, Resource: '*' });
      const mallory = await userSender(server, `script-${Buffer.from(Action).toString('hex')}`);
      const put = root('PutUserPolicy', {
        UserName: `script-${Buffer.from(Action).toString('hex')}`,
        PolicyName: 'p',
        PolicyDocument,
      });
      await put.then(
        () => assert.rejects(mallory('ListUsers'), denied, Action),
        (error: { Code: string }) => assert.match(error.Code, /MalformedPolicyDocument|ValidationError/),
      );
    }
  });
});

describe('negations', () => {
  test('Allow with NotAction gives nothing of what it names, in any spelling', async () => {
    const mallory = await userSender(server, 'not-action', {
      Effect: 'Allow',
      NotAction: ['iam:*', 'STS:*'],
      Resource: '*',
    });
    await assert.rejects(mallory('ListUsers'), denied);
    await assert.rejects(mallory('CreateAccessKey', { UserName: 'not-action' }), denied);
    await assert.rejects(mallory('GetFederationToken', { Name: 'x1' }), denied);
    assert.equal((await mallory('GetCallerIdentity')).Account, account);
  });

  test('Deny with NotAction leaves what it names to be allowed, and does not allow it', async () => {
    const only = denying({ Action: undefined, NotAction: 'iam:ListUsers' });
    const mallory = await userSender(server, 'deny-not', everything, only);
    await mallory('ListUsers');
    await assert.rejects(mallory('ListRoles'), denied);
    await assert.rejects((await userSender(server, 'deny-not-2', only))('ListUsers'), denied);
  });

  test('Deny with NotResource denies also what has no resource of its own', async () => {
    const fence = denying({ Resource: undefined, NotResource: iamArn('user/fenced-in') });
    const mallory = await userSender(server, 'fenced-in', everything, fence);
    await mallory('GetUser', { UserName: 'fenced-in' });
    await assert.rejects(mallory('GetUser', { UserName: 'Victim' }), denied);
    await assert.rejects(mallory('ListAccountAliases'), denied);
  });

  test('Allow with NotResource gives no other account and nothing that it names', async () => {
    const open = { Effect: 'Allow', Action: 'iam:*', NotResource: [iamArn('user/Victim'), iamArn('user/admin*')] };
    const mallory = await userSender(server, 'not-resource', open);
    await assert.rejects(mallory('CreateAccessKey', { UserName: 'victim' }), denied);
    await mallory('GetUser', { UserName: 'member' });
  });

  test('NotPrincipal, Allow with both or with none, and Action beside NotAction are no identity policy', async () => {
    for (const statement of [
      { ...everything, NotPrincipal: { AWS: account } },
      { ...everything, Principal: '*' },
      { ...everything, NotAction: 'iam:*' },
      { ...everything, NotResource: '*' },
      { Effect: 'Allow', Resource: '*' },
      { Effect: 'allow', Action: '*', Resource: '*' },
      { ...everything, Condition: { StringEquals: 'x' } },
      { ...everything, Condition: { NoSuchOperator: { 'aws:username': 'x' } } },
    ]) {
      const PolicyDocument = documentOf(statement);
      const put = root('PutUserPolicy', { UserName: 'Victim', PolicyName: 'p', PolicyDocument });
      await assert.rejects(put, malformed, PolicyDocument);
    }
  });

  test('a negated condition on a key that is absent still denies, and IfExists alone never allows more than it says', async () => {
    const Condition = { StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } };
    const mallory = await userSender(server, 'absent-key', everything, denying({ Condition }));
    await assert.rejects(mallory('ListUsers'), denied);
    await root('TagUser', { UserName: 'absent-key', Tags: [{ Key: 'team', Value: 'blue' }] });
    await mallory('ListUsers');
    const MultiFactor = denying({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } });
    await assert.rejects((await userSender(server, 'no-mfa', everything, MultiFactor))('ListUsers'), denied);
  });
});
