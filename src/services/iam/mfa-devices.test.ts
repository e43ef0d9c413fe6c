import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, type Send, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';
import { stepOf, totp } from './totp.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const SerialNumber = iamArn('mfa/phone');
const UserName = 'alice';
const alice = sender(server, await server.user(UserName, allowing('sts:AssumeRole')));
let seed: Buffer = Buffer.of();

/** The code of the device so many steps from now. */
const code = (steps = 0): string => totp(createSecretKey(seed), stepOf(server.running.clock.now()) + steps);
/** Lets enough time pass that codes are new. */
const nextCode = (): Promise<void> => server.advance('90s');
const codes = (steps = 0) => ({ AuthenticationCode1: code(steps - 1), AuthenticationCode2: code(steps) });
const invalid = { Code: 'InvalidAuthenticationCode', message: 'Authentication code for device is not valid.' };
const failed = {
  Code: 'AccessDenied',
  message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
};

/** The session of a role that alice assumes. */
const assumed = async (input: object): Promise<Send> => {
  const { AccessKeyId, SecretAccessKey, SessionToken } = (await alice('AssumeRole', input)).Credentials;
  return sender(server, {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  });
};

const fromBase32 = (text: string): Buffer => {
  const bits = [...text]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
};

describe('a virtual MFA device', () => {
  test('shows its seed once, as text and as a picture, and never in the journal', async () => {
    const { VirtualMFADevice } = await root('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' });
    const text = Buffer.from(VirtualMFADevice.Base32StringSeed).toString();
    assert.match(text, /^[A-Z2-7]{64}$/);
    assert.equal(Buffer.from(VirtualMFADevice.QRCodePNG).subarray(1, 4).toString(), 'PNG');
    seed = fromBase32(text);
    assert.ok(!JSON.stringify(await server.journal()).includes(text));
    await assert.rejects(root('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' }), {
      Code: 'EntityAlreadyExists',
      message: 'MFA device already exists.',
    });
  });

  test('is enabled with two consecutive codes only', async () => {
    const wrong = { AuthenticationCode1: code(), AuthenticationCode2: code() };
    await assert.rejects(root('EnableMFADevice', { UserName, SerialNumber, ...wrong }), invalid);
    const apart = { AuthenticationCode1: code(-2), AuthenticationCode2: code() };
    await assert.rejects(root('EnableMFADevice', { UserName, SerialNumber, ...apart }), invalid);
    await root('EnableMFADevice', { UserName, SerialNumber, ...codes() });
    const { MFADevices } = await root('ListMFADevices', { UserName });
    assert.partialDeepStrictEqual(MFADevices, [{ UserName, SerialNumber }]);
    assert.equal((await root('GetMFADevice', { UserName, SerialNumber })).SerialNumber, SerialNumber);
    const { VirtualMFADevices } = await root('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' });
    assert.equal(VirtualMFADevices[0].User.UserName, UserName);
    assert.equal((await root('ListVirtualMFADevices', { AssignmentStatus: 'Unassigned' })).VirtualMFADevices.length, 0);
    await assert.rejects(root('EnableMFADevice', { UserName, SerialNumber, ...codes() }), {
      Code: 'EntityAlreadyExists',
    });
  });

  test('authenticates a session, and each code once', async () => {
    await nextCode();
    const TokenCode = code();
    await alice('GetSessionToken', { SerialNumber, TokenCode });
    await assert.rejects(alice('GetSessionToken', { SerialNumber, TokenCode }), failed);
    await assert.rejects(alice('GetSessionToken', { SerialNumber, TokenCode: code(-1) }), failed);
    await nextCode();
    const wrong = code() === '000000' ? '000001' : '000000';
    await assert.rejects(alice('GetSessionToken', { SerialNumber, TokenCode: wrong }), failed);
    await alice('GetSessionToken', { SerialNumber, TokenCode: code() });
    await assert.rejects(alice('GetSessionToken', { SerialNumber }), { Code: 'AccessDenied' });
    await assert.rejects(root('GetSessionToken', { SerialNumber, TokenCode: code(1) }), { Code: 'AccessDenied' });
  });

  test('opens a role that asks for MFA, and says so to policies', async () => {
    const AssumeRolePolicyDocument = documentOf({
      Effect: 'Allow',
      Principal: { AWS: account },
      Action: 'sts:AssumeRole',
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '60' },
      },
    });
    const { Role } = await root('CreateRole', { RoleName: 'careful', AssumeRolePolicyDocument });
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const PolicyDocument = documentOf({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition });
    await root('PutRolePolicy', { RoleName: 'careful', PolicyName: 'p', PolicyDocument });
    const ask = { RoleArn: Role.Arn, RoleSessionName: 's1' };
    await assert.rejects(alice('AssumeRole', ask), { Code: 'AccessDenied' });
    await nextCode();
    await (await assumed({ ...ask, SerialNumber, TokenCode: code() }))('ListUsers');
  });

  test('is asked for by whoever names it, and makes a role session one with MFA by its code alone', async () => {
    const { Role } = await root('CreateRole', {
      RoleName: 'careless',
      AssumeRolePolicyDocument: documentOf({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }),
    });
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const PolicyDocument = documentOf({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition });
    await root('PutRolePolicy', { RoleName: 'careless', PolicyName: 'p', PolicyDocument });
    const ask = { RoleArn: Role.Arn, RoleSessionName: 's2' };
    await nextCode();
    const wrong = code() === '000000' ? '000001' : '000000';
    await assert.rejects(alice('AssumeRole', { ...ask, SerialNumber, TokenCode: wrong }), failed);
    for (const half of [{ SerialNumber }, { TokenCode: code() }]) {
      await assert.rejects(alice('AssumeRole', { ...ask, ...half }), { Code: 'AccessDenied' });
    }
    await assert.rejects((await assumed(ask))('ListUsers'), { Code: 'AccessDenied' });
    await (await assumed({ ...ask, SerialNumber, TokenCode: code() }))('ListUsers');
  });

  test('whose clock drifted is set right by two codes', async () => {
    await nextCode();
    await assert.rejects(alice('GetSessionToken', { SerialNumber, TokenCode: code(8) }), failed);
    await root('ResyncMFADevice', { UserName, SerialNumber, ...codes(8) });
    await server.restart();
    await nextCode();
    await alice('GetSessionToken', { SerialNumber, TokenCode: code(8) });
    await assert.rejects(root('ResyncMFADevice', { UserName, SerialNumber, ...codes(-8) }), invalid);
  });

  test('keeps its user, until it is deactivated', async () => {
    await assert.rejects(root('DeleteVirtualMFADevice', { SerialNumber }), {
      Code: 'DeleteConflict',
      message: 'MFA VirtualDevice in use. Must deactivate first.',
    });
    await root('CreateUser', { UserName: 'bob' });
    await assert.rejects(root('DeactivateMFADevice', { UserName: 'bob', SerialNumber }), { Code: 'NoSuchEntity' });
    await root('DeactivateMFADevice', { UserName, SerialNumber });
    await root('EnableMFADevice', { UserName: 'bob', SerialNumber, ...codes(10) });
    await assert.rejects(root('DeleteUser', { UserName: 'bob' }), {
      Code: 'DeleteConflict',
      message: 'Cannot delete entity, must delete MFA device first.',
    });
    await root('DeactivateMFADevice', { UserName: 'bob', SerialNumber });
    await root('DeleteVirtualMFADevice', { SerialNumber });
    await root('DeleteUser', { UserName: 'bob' });
    await assert.rejects(root('ListMFADeviceTags', { SerialNumber }), {
      Code: 'NoSuchEntity',
      message: `MFA Device with serial number ${SerialNumber} does not exist.`,
    });
  });
});

describe('a security key', () => {
  const key = iamArn('u2f/user/carol/yubikey');
  const seeding = { users: [{ name: 'carol', securityKeys: [{ name: 'yubikey', certifications: { FIDO: 'L1' } }] }] };

  test('is a record of its user, certified, and no virtual device', async () => {
    const seeded = await testServer({ seedText: JSON.stringify(seeding) });
    const send = sender(seeded);
    const device = await send('GetMFADevice', { UserName: 'carol', SerialNumber: key });
    assert.partialDeepStrictEqual(device, { SerialNumber: key, UserName: 'carol', Certifications: { FIDO: 'L1' } });
    assert.equal((await send('ListMFADevices', { UserName: 'carol' })).MFADevices[0].SerialNumber, key);
    assert.deepEqual((await send('ListVirtualMFADevices')).VirtualMFADevices ?? [], []);
    await assert.rejects(send('TagMFADevice', { SerialNumber: key, Tags: [{ Key: 'a', Value: 'b' }] }), {
      Code: 'NoSuchEntity',
    });
    await assert.rejects(send('DeleteUser', { UserName: 'carol' }), { Code: 'DeleteConflict' });
    const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
    await assert.rejects(send('ResyncMFADevice', { UserName: 'carol', SerialNumber: key, ...codes }), invalid);
    const AccessKey = (await send('CreateAccessKey', { UserName: 'carol' })).AccessKey;
    const carol = sender(seeded, { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    await assert.rejects(carol('GetSessionToken', { SerialNumber: key, TokenCode: '123456' }), failed);
    await send('DeactivateMFADevice', { UserName: 'carol', SerialNumber: key });
    await assert.rejects(send('GetMFADevice', { UserName: 'carol', SerialNumber: key }), { Code: 'NoSuchEntity' });
  });
});
