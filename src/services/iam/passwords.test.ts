import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, allowing, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';
import { isPassword } from './passwords.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const UserName = 'alice';
const alice = sender(server, await server.user(UserName, allowing('iam:ChangePassword')));
const violation = {
  Code: 'PasswordPolicyViolation',
  message: 'Password does not conform to the account password policy.',
};

test('scrypt gives the hash of RFC 7914 §12', async () => {
  const hash = Buffer.from(
    'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    'hex',
  ).toString('base64');
  const stored = `$scrypt$1024$8$16$${Buffer.from('NaCl').toString('base64')}$${hash}`;
  assert.ok(await isPassword('password', stored));
  assert.ok(!(await isPassword('Password', stored)));
});

describe('a password', () => {
  for (const Password of ['short1A', 'alllowercase', 'only2kinds', account]) {
    test(`of the form ${Password.replace(/\w/g, 'x')} (${Password.length}) is refused by default`, () =>
      assert.rejects(root('CreateLoginProfile', { UserName, Password }), violation));
  }

  test('is set once, changed by who knows it, and never shown', async () => {
    await root('CreateLoginProfile', { UserName, Password: 'First-Pa55', PasswordResetRequired: true });
    await assert.rejects(root('CreateLoginProfile', { UserName, Password: 'First-Pa55' }), {
      Code: 'EntityAlreadyExists',
      message: 'Login Profile for user alice already exists.',
    });
    await assert.rejects(alice('ChangePassword', { OldPassword: 'wrong', NewPassword: 'Second-Pa55' }), {
      Code: 'AccessDenied',
      message: 'The old password was incorrect.',
    });
    await alice('ChangePassword', { OldPassword: 'First-Pa55', NewPassword: 'Second-Pa55' });
    await server.restart();
    assert.equal((await root('GetLoginProfile', { UserName })).LoginProfile.PasswordResetRequired, false);
    await alice('ChangePassword', { OldPassword: 'Second-Pa55', NewPassword: 'First-Pa55' });
    const journal = JSON.stringify(await server.journal());
    assert.ok(!journal.includes('First-Pa55') && !journal.includes('Second-Pa55'));
    await assert.rejects(root('ChangePassword', { OldPassword: 'First-Pa55', NewPassword: 'Second-Pa55' }), {
      Code: 'InvalidUserType',
    });
  });

  test('follows the policy of the account, also in what was used before', async () => {
    await root('UpdateAccountPasswordPolicy', {
      MinimumPasswordLength: 14,
      RequireSymbols: true,
      PasswordReusePrevention: 2,
    });
    const set = (Password: string) => root('UpdateLoginProfile', { UserName, Password });
    await assert.rejects(set('Short-Pa55'), violation);
    await assert.rejects(set('longbutwithoutsymbol'), violation);
    await set('long-and-symbolic-1');
    await set('long-and-symbolic-2');
    await assert.rejects(set('long-and-symbolic-1'), violation);
    await set('long-and-symbolic-3');
    await set('long-and-symbolic-1');
  });

  test('keeps its user from being deleted', async () => {
    const { AccessKeyMetadata } = await root('ListAccessKeys', { UserName });
    await root('DeleteAccessKey', { UserName, AccessKeyId: AccessKeyMetadata[0].AccessKeyId });
    await root('DeleteUserPolicy', { UserName, PolicyName: 'test' });
    await assert.rejects(root('DeleteUser', { UserName }), {
      Code: 'DeleteConflict',
      message: 'Cannot delete entity, must delete login profile first.',
    });
    await root('DeleteLoginProfile', { UserName });
    await assert.rejects(root('GetLoginProfile', { UserName }), {
      Code: 'NoSuchEntity',
      message: 'Login Profile for User alice cannot be found.',
    });
    await root('DeleteUser', { UserName });
  });
});

describe('the password policy', () => {
  test('may let every user change the own password and read the rules, unless a policy denies it', async () => {
    const plain = sender(server, await server.user('plain'));
    const denied = sender(server, await server.user('kept', { ...allowing('iam:ChangePassword'), Effect: 'Deny' }));
    for (const name of ['plain', 'kept'])
      await root('CreateLoginProfile', { UserName: name, Password: 'First-Pa55word-1' });
    const change = { OldPassword: 'First-Pa55word-1', NewPassword: 'Second-Pa55word-2' };
    await assert.rejects(plain('ChangePassword', change), { Code: 'AccessDenied' });
    await assert.rejects(plain('GetAccountPasswordPolicy'), { Code: 'AccessDenied' });
    await root('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true });
    await plain('ChangePassword', change);
    assert.equal((await plain('GetAccountPasswordPolicy')).PasswordPolicy.AllowUsersToChangePassword, true);
    await assert.rejects(denied('ChangePassword', change), { Code: 'AccessDenied', message: /explicit deny/ });
    await assert.rejects(plain('GetUser'), { Code: 'AccessDenied' });
    await root('DeleteAccountPasswordPolicy');
    await assert.rejects(plain('ChangePassword', change), {
      Code: 'AccessDenied',
      message: /no identity-based policy/,
    });
  });

  test('is absent until it is set, and set as a whole', async () => {
    await root('UpdateAccountPasswordPolicy', { MaxPasswordAge: 90, HardExpiry: true });
    const { PasswordPolicy } = await root('GetAccountPasswordPolicy');
    assert.deepEqual(PasswordPolicy, {
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: true,
      MaxPasswordAge: 90,
      HardExpiry: true,
    });
    await root('DeleteAccountPasswordPolicy');
    await assert.rejects(root('GetAccountPasswordPolicy'), {
      Code: 'NoSuchEntity',
      message: `The Password Policy with domain name ${account} cannot be found.`,
    });
  });
});
