import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeleteAccessKeyCommand, DeleteUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListKeyPoliciesCommand,
  PutKeyPolicyCommand,
  type PutKeyPolicyCommandInput,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const root = 'arn:aws:iam::111122223333:root';
const userArn = (name: string): string => `arn:aws:iam::111122223333:user/${name}`;

const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Action: 'kms:*', Resource: '*', ...statement })),
  });
const delegating = { Principal: { AWS: root } };

const newKey = async (input: CreateKeyCommandInput = {}) => (await kms.send(new CreateKeyCommand(input))).KeyMetadata!;
const put = (input: PutKeyPolicyCommandInput) => kms.send(new PutKeyPolicyCommand(input));
const get = async (KeyId: string | undefined) => (await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy;
const encryptAs = async (user: Parameters<typeof server.client>[1], KeyId: string | undefined) =>
  server.client(KMSClient, user).send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
const denied = (user: string, action: string, arn: string | undefined, reason: string) => ({
  name: 'AccessDeniedException',
  message: `User: ${userArn(user)} is not authorized to perform: ${action} on resource: ${arn} ${reason}`,
});
const noIdentity = 'because no identity-based policy allows the kms:Encrypt action';
const noResource = 'because no resource-based policy allows the kms:Encrypt action';

describe('the default key policy', () => {
  test('lets the account in, printed as AWS prints it', async () => {
    const { KeyId } = await newKey();
    const { Policy, PolicyName } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    assert.equal(PolicyName, 'default');
    assert.equal(
      Policy,
      `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "${root}"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`,
    );
  });

  test('leaves the decision to identity policies', async () => {
    const { KeyId, Arn } = await newKey();
    await assert.rejects(
      encryptAs(await server.user('without'), KeyId),
      denied('without', 'kms:Encrypt', Arn, noIdentity),
    );
    const allowed = await server.user('allowed', { Effect: 'Allow', Action: 'kms:Encrypt', Resource: Arn });
    assert.equal((await encryptAs(allowed, KeyId)).KeyId, Arn);
  });
});

describe('a key policy of its own', () => {
  test('is returned as it was given', async () => {
    const Policy = policyOf(delegating);
    const { KeyId } = await newKey({ Policy });
    assert.equal(await get(KeyId), Policy);
    const { PolicyNames, Truncated } = await kms.send(new ListKeyPoliciesCommand({ KeyId }));
    assert.deepEqual([PolicyNames, Truncated], [['default'], false]);
  });

  test('lets in whom it names without any identity policy, and nobody whom it does not', async () => {
    const named = await server.user('named');
    const admin = await server.user('admin', { Effect: 'Allow', Action: '*', Resource: '*' });
    const { KeyId, Arn } = await newKey({
      Policy: policyOf({ Principal: { AWS: userArn('named') } }),
      BypassPolicyLockoutSafetyCheck: true,
    });
    assert.equal((await encryptAs(named, KeyId)).KeyId, Arn);
    await assert.rejects(encryptAs(admin, KeyId), denied('admin', 'kms:Encrypt', Arn, noResource));
  });

  test('separates those who administer from those who use', async () => {
    const [keyAdmin, keyUser] = [await server.user('key-admin'), await server.user('key-user')];
    const admins = { Principal: { AWS: userArn('key-admin') }, Action: ['kms:PutKeyPolicy', 'kms:DisableKey'] };
    const users = { Principal: { AWS: userArn('key-user') }, Action: 'kms:Encrypt' };
    const Policy = policyOf(admins, users);
    const { KeyId, Arn } = await newKey({ Policy, BypassPolicyLockoutSafetyCheck: true });
    await server.client(KMSClient, keyAdmin).send(new PutKeyPolicyCommand({ KeyId, Policy }));
    await assert.rejects(encryptAs(keyAdmin, KeyId), denied('key-admin', 'kms:Encrypt', Arn, noResource));
    assert.equal((await encryptAs(keyUser, KeyId)).KeyId, Arn);
    const putting = server.client(KMSClient, keyUser).send(new PutKeyPolicyCommand({ KeyId, Policy }));
    const reason = 'because no resource-based policy allows the kms:PutKeyPolicy action';
    await assert.rejects(putting, denied('key-user', 'kms:PutKeyPolicy', Arn, reason));
  });

  test('keeps users by id: one of the same name does not inherit access', async () => {
    const first = await server.user('replaced');
    const { KeyId } = await newKey({ Policy: policyOf(delegating, { Principal: { AWS: userArn('replaced') } }) });
    await encryptAs(first, KeyId);
    const iam = server.client(IAMClient);
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'replaced', AccessKeyId: first.accessKeyId }));
    await iam.send(new DeleteUserCommand({ UserName: 'replaced' }));
    assert.match((await get(KeyId))!, /"AWS" : "AIDA[A-Z0-9]{17}"/);
    await assert.rejects(encryptAs(await server.user('replaced'), KeyId), { name: 'AccessDeniedException' });
  });
});

describe('PutKeyPolicy and CreateKey refuse', async () => {
  const { KeyId } = await newKey();
  await server.user('bystander');
  const invalidPrincipals = 'Policy contains a statement with one or more invalid principals.';
  const lockout = 'The new key policy will not allow you to update the key policy in the future.';
  const padded = (bytes: number): string =>
    policyOf({ ...delegating, Sid: '' }).replace(
      '"Sid":""',
      `"Sid":"${'x'.repeat(bytes - policyOf({ ...delegating, Sid: '' }).length)}"`,
    );
  const forAllValues = (key: string): string =>
    policyOf({ ...delegating, Condition: { 'ForAllValues:StringEquals': { [key]: 'x' } } });

  const refusals: readonly [what: string, policy: string, name: string, message?: string | RegExp][] = [
    [
      'a policy that locks the caller out',
      policyOf({ Principal: { AWS: userArn('bystander') } }),
      'MalformedPolicyDocumentException',
      lockout,
    ],
    [
      'a policy that denies the caller',
      policyOf(delegating, { ...delegating, Effect: 'Deny', Action: 'kms:Put*' }),
      'MalformedPolicyDocumentException',
      lockout,
    ],
    [
      'a principal that does not exist',
      policyOf(delegating, { Principal: { AWS: userArn('ghost') } }),
      'MalformedPolicyDocumentException',
      invalidPrincipals,
    ],
    [
      'an account that does not exist',
      policyOf(delegating, { Principal: { AWS: '999999999999' } }),
      'MalformedPolicyDocumentException',
      invalidPrincipals,
    ],
    ['a statement without principal', policyOf(delegating, {}), 'MalformedPolicyDocumentException'],
    [
      'a statement without actions',
      policyOf(delegating, { ...delegating, Action: undefined }),
      'MalformedPolicyDocumentException',
      'Policy statement must contain actions.',
    ],
    [
      'a statement without resources',
      policyOf(delegating, { ...delegating, Resource: undefined }),
      'MalformedPolicyDocumentException',
      'Policy statement must contain resources.',
    ],
    [
      'condition keys of identity policies',
      policyOf({
        ...delegating,
        Condition: { StringEquals: { 'kms:ResourceAliases': 'a', 'aws:ResourceTag/x': 'b' } },
      }),
      'MalformedPolicyDocumentException',
      'These condition keys are not permitted in a key policy: aws:ResourceTag, kms:ResourceAliases',
    ],
    ['what is not JSON', '{"Version":', 'MalformedPolicyDocumentException'],
    [
      'ForAllValues with an encryption context',
      forAllValues('kms:EncryptionContext:a'),
      'MalformedPolicyDocumentException',
      /^OverlyPermissiveCondition: .* To fix, remove ForAllValues\.$/,
    ],
    [
      'ForAllValues with a request tag',
      forAllValues('aws:RequestTag/a'),
      'MalformedPolicyDocumentException',
      /^OverlyPermissiveCondition: /,
    ],
    ['more than 32 KB', padded(32_769), 'LimitExceededException'],
  ];
  for (const [what, Policy, name, message] of refusals) {
    test(what, async () => {
      const refusal: object = message === undefined ? { name } : { name, message };
      await assert.rejects(put({ KeyId, Policy }), refusal);
      await assert.rejects(newKey({ Policy }), refusal);
    });
  }

  test('a lockout unless told to bypass the check', async () => {
    const { KeyId } = await newKey();
    const Policy = policyOf({ Principal: { AWS: userArn('bystander') } });
    await put({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: true });
    await assert.rejects(kms.send(new GetKeyPolicyCommand({ KeyId })), { name: 'AccessDeniedException' });
  });

  test('nothing at 32 KB', async () => {
    await put({ KeyId, Policy: padded(32_768) });
  });

  test('any policy name but default', async () => {
    const message = 'No such policy exists';
    const named = { KeyId, PolicyName: 'other' };
    await assert.rejects(put({ ...named, Policy: policyOf(delegating) }), { name: 'ValidationException', message });
    await assert.rejects(kms.send(new GetKeyPolicyCommand(named)), { name: 'NotFoundException', message });
  });
});

test('a refused CreateKey leaves no key behind', async () => {
  const creator = await server.user('creator', { Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' });
  const locked = policyOf({ Principal: { AWS: userArn('bystander') } });
  await assert.rejects(server.client(KMSClient, creator).send(new CreateKeyCommand({ Policy: locked })));
  const [record] = (await server.journal('CreateKey')).slice(-1);
  assert.equal(record?.errorCode, 'MalformedPolicyDocumentException');
  assert.equal(record?.responseElements, null);
});
