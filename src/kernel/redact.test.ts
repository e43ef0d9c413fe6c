import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel } from '../model/model.ts';
import { redactInput, redactOutput } from './redact.ts';

const operation = (service: string, name: string) => loadModel(service).findOperation(name)!;

const inputs: readonly [service: string, operation: string, input: object, kept: unknown][] = [
  [
    'kms',
    'Encrypt',
    {
      KeyId: 'alias/x',
      Plaintext: Buffer.from('secret'),
      EncryptionContext: { Tenant: 'a' },
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      GrantTokens: ['t'],
    },
    {
      keyId: 'alias/x',
      encryptionContext: { Tenant: 'a' },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      grantTokens: ['t'],
    },
  ],
  ['kms', 'Decrypt', { CiphertextBlob: Buffer.alloc(9) }, null],
  ['kms', 'ConnectCustomKeyStore', { CustomKeyStoreId: 'cks-1' }, { customKeyStoreId: 'cks-1' }],
  ['kms', 'CreateCustomKeyStore', { KeyStorePassword: 'secret', CustomKeyStoreName: 'n' }, { customKeyStoreName: 'n' }],
  [
    'kms',
    'ImportKeyMaterial',
    { KeyId: 'k', ImportToken: Buffer.alloc(1), ValidTo: new Date(0) },
    { keyId: 'k', validTo: '1970-01-01T00:00:00.000Z' },
  ],
  [
    'kms',
    'TagResource',
    { KeyId: 'k', Tags: [{ TagKey: 'a', TagValue: 'b' }] },
    { keyId: 'k', tags: [{ tagKey: 'a', tagValue: 'b' }] },
  ],
  ['iam', 'PutUserPolicy', { UserName: 'u', PolicyDocument: '{}' }, { userName: 'u', policyDocument: '{}' }],
  ['iam', 'ChangePassword', { OldPassword: 'secret', NewPassword: 'secret' }, null],
  [
    'iam',
    'EnableMFADevice',
    { UserName: 'u', AuthenticationCode1: '123456', AuthenticationCode2: '123456' },
    { userName: 'u' },
  ],
  [
    'iam',
    'CreateSAMLProvider',
    { SAMLMetadataDocument: '<x/>', Name: 'n' },
    { sAMLMetadataDocument: '<x/>', name: 'n' },
  ],
  ['sts', 'AssumeRole', { RoleArn: 'r', TokenCode: '123456' }, { roleArn: 'r' }],
  ['sts', 'AssumeRoleWithWebIdentity', { RoleArn: 'r', WebIdentityToken: 'secret' }, { roleArn: 'r' }],
  [
    'secretsmanager',
    'PutSecretValue',
    { SecretId: 's', SecretString: 'secret', SecretBinary: Buffer.alloc(1) },
    { secretId: 's' },
  ],
  ['ssm', 'PutParameter', { Name: '/a', Value: 'secret' }, { name: '/a' }],
  [
    'lambda',
    'CreateFunction',
    { FunctionName: 'f', Environment: { Variables: { PASSWORD: 'secret' } } },
    { functionName: 'f', environment: {} },
  ],
  [
    'lambda',
    'CheckpointDurableExecution',
    { Updates: [{ Id: '1', Error: { StackTrace: ['secret'] } }] },
    { updates: [{ id: '1', error: {} }] },
  ],
  [
    'cognito-identity',
    'GetId',
    { IdentityPoolId: 'p', Logins: { 'accounts.google.com': 'secret' } },
    { identityPoolId: 'p' },
  ],
  [
    'cognito-idp',
    'CreateManagedLoginBranding',
    { UserPoolId: 'p', Settings: { password: 'secret' } },
    { userPoolId: 'p' },
  ],
  [
    'sqs',
    'SendMessage',
    { QueueUrl: 'q', MessageAttributes: { a: { DataType: 'Binary', BinaryListValues: [Buffer.from('secret')] } } },
    { queueUrl: 'q', messageAttributes: { a: { dataType: 'Binary' } } },
  ],
  [
    'dynamodb',
    'PutItem',
    { Item: { a: { M: { b: { L: [{ S: 'x' }, { BS: [Buffer.from('secret')] }] } } } } },
    { item: { a: { m: { b: { l: [{ s: 'x' }, {}] } } } } },
  ],
  ['kms', 'ImportKeyMaterial', { KeyId: 'k', ValidTo: null }, { keyId: 'k' }],
];

for (const [service, name, input, kept] of inputs) {
  test(`keeps no secret of the request of ${service}:${name}`, () => {
    assert.deepEqual(redactInput(operation(service, name), input), kept);
    assert.ok(!JSON.stringify(kept).includes('secret"'));
  });
}

test('keeps nothing of the answers of read-only operations', () => {
  const blob = Buffer.from('secret');
  assert.equal(redactOutput(operation('kms', 'GenerateDataKey'), { KeyId: 'k', Plaintext: blob }), null);
  assert.equal(redactOutput(operation('kms', 'GenerateRandom'), { Plaintext: blob }), null);
  assert.equal(redactOutput(operation('iam', 'GetUser'), { User: { UserName: 'u' } }), null);
});

test('keeps the answers of changes, without their secrets', () => {
  const created = {
    AccessKey: {
      UserName: 'u',
      AccessKeyId: 'AKIA',
      SecretAccessKey: 'secret',
      Status: 'Active',
      CreateDate: new Date(0),
    },
  };
  assert.deepEqual(redactOutput(operation('iam', 'CreateAccessKey'), created), {
    accessKey: { userName: 'u', accessKeyId: 'AKIA', status: 'Active', createDate: '1970-01-01T00:00:00.000Z' },
  });
  const device = {
    VirtualMFADevice: { SerialNumber: 's', Base32StringSeed: Buffer.from('x'), QRCodePNG: Buffer.from('x') },
  };
  assert.deepEqual(redactOutput(operation('iam', 'CreateVirtualMFADevice'), device), {
    virtualMFADevice: { serialNumber: 's' },
  });
});

test('keeps numbers that only a bigint holds, as text', () => {
  const put = operation('ssm', 'PutParameter');
  assert.deepEqual(redactOutput(put, { Version: 3 }), { version: 3 });
  assert.deepEqual(redactOutput(put, { Version: 9007199254740993n }), { version: '9007199254740993' });
});

test('keeps which credentials were issued, without their secret and their token', () => {
  const Credentials = { AccessKeyId: 'ASIA', SecretAccessKey: 'secret', SessionToken: 'x', Expiration: new Date(0) };
  assert.deepEqual(redactOutput(operation('sts', 'AssumeRole'), { Credentials }), {
    credentials: { accessKeyId: 'ASIA', expiration: '1970-01-01T00:00:00.000Z' },
  });
});

test('keeps nothing of what was never decoded or answers nothing', () => {
  assert.equal(redactInput(operation('kms', 'Encrypt'), undefined), null);
  assert.equal(redactInput(operation('kms', 'ListKeys'), {}), null);
  assert.equal(redactOutput(operation('kms', 'EnableKey'), undefined), null);
});
