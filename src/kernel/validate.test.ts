import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel } from '../model/model.ts';
import { growth, tooMuchGrowth } from '../testing/growth.ts';
import { Fault } from './fault.ts';
import { maxEchoedChars, validate } from './validate.ts';

const refusal = (service: string, operation: string, input: object): string => {
  try {
    validate(loadModel(service).findOperation(operation)!, input);
  } catch (error) {
    assert.ok(error instanceof Fault);
    assert.equal(error.code, 'ValidationError');
    return error.message;
  }
  return 'accepted';
};

const one = (violation: string): string => `1 validation error detected: ${violation}`;
const failed = 'failed to satisfy constraint:';

const rows: readonly [sentence: string, service: string, operation: string, input: object, message: string][] = [
  [
    'a value above the range',
    'kms',
    'GenerateRandom',
    { NumberOfBytes: 1025 },
    one(`Value '1025' at 'numberOfBytes' ${failed} Member must have value less than or equal to 1024`),
  ],
  [
    'a value below the range',
    'kms',
    'GenerateRandom',
    { NumberOfBytes: 0 },
    one(`Value '0' at 'numberOfBytes' ${failed} Member must have value greater than or equal to 1`),
  ],
  [
    'what is no number, by both ends of the range',
    'service-quotas',
    'RequestServiceQuotaIncrease',
    { ServiceCode: 'kms', QuotaCode: 'L-1', DesiredValue: Number.NaN },
    `2 validation errors detected: Value 'NaN' at 'desiredValue' ${failed} Member must have value less than or equal to 10000000000; Value 'NaN' at 'desiredValue' ${failed} Member must have value greater than or equal to 0`,
  ],
  [
    'a duration below the range',
    'sts',
    'GetSessionToken',
    { DurationSeconds: 899 },
    one(`Value '899' at 'durationSeconds' ${failed} Member must have value greater than or equal to 900`),
  ],
  [
    'a sensitive blob, without its value',
    'kms',
    'Encrypt',
    { KeyId: 'k', Plaintext: Buffer.alloc(4097) },
    one(`Value at 'plaintext' ${failed} Member must have length less than or equal to 4096`),
  ],
  [
    'a blob that is not sensitive, without its value',
    'kms',
    'Decrypt',
    { CiphertextBlob: Buffer.alloc(6145) },
    one(`Value at 'ciphertextBlob' ${failed} Member must have length less than or equal to 6144`),
  ],
  [
    'a sensitive string, without its value',
    'sts',
    'AssumeRoleWithWebIdentity',
    { RoleArn: 'arn:aws:iam::111122223333:role/r', RoleSessionName: 'rr', WebIdentityToken: 'abc' },
    one(`Value at 'webIdentityToken' ${failed} Member must have length greater than or equal to 4`),
  ],
  [
    'a length and a pattern at once',
    'sts',
    'AssumeRole',
    { RoleArn: 'arn:aws:iam::111122223333:role/r', RoleSessionName: ':' },
    `2 validation errors detected: Value ':' at 'roleSessionName' ${failed} Member must have length greater than or equal to 2; Value ':' at 'roleSessionName' ${failed} Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  ],
  [
    'a pattern in the words of the service, before all else',
    'iam',
    'CreateUser',
    { UserName: 'a b', Path: '/'.repeat(600) },
    'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    'a value that the service does not repeat',
    'iam',
    'CreateUser',
    { UserName: 'x'.repeat(65) },
    one(`Value at 'userName' ${failed} Member must have length less than or equal to 64`),
  ],
  [
    'a missing member, of a service that repeats no value',
    'iam',
    'CreateUser',
    {},
    one(`Value at 'userName' ${failed} Member must not be null`),
  ],
  [
    'a missing required member',
    'kms',
    'DescribeKey',
    {},
    one(`Value null at 'keyId' ${failed} Member must not be null`),
  ],
  [
    'two violations in one message',
    'kms',
    'Encrypt',
    {},
    `2 validation errors detected: Value null at 'keyId' ${failed} Member must not be null; Value null at 'plaintext' ${failed} Member must not be null`,
  ],
  [
    'members of list elements',
    'kms',
    'TagResource',
    {
      KeyId: 'k',
      Tags: [
        { TagKey: 'a', TagValue: '' },
        { TagKey: '', TagValue: 'x' },
      ],
    },
    one(`Value '' at 'tags.2.member.tagKey' ${failed} Member must have length greater than or equal to 1`),
  ],
  [
    'a missing member of a list element',
    'kms',
    'TagResource',
    { KeyId: 'k', Tags: [{ TagKey: 'a' }] },
    one(`Value null at 'tags.1.member.tagValue' ${failed} Member must not be null`),
  ],
  [
    'a list of scalars as a whole',
    'kms',
    'DescribeKey',
    { KeyId: 'k', GrantTokens: ['good', ''] },
    one(
      `Value '[good, ]' at 'grantTokens' ${failed} Member must satisfy constraint: [Member must have length less than or equal to 8192, Member must have length greater than or equal to 1]`,
    ),
  ],
  [
    'the size of a list',
    'kms',
    'DescribeKey',
    { KeyId: 'k', GrantTokens: Array(11).fill('t') },
    one(
      `Value '[t, t, t, t, t, t, t, t, t, t, t]' at 'grantTokens' ${failed} Member must have length less than or equal to 10`,
    ),
  ],
  [
    'a pattern, printed as in the model',
    'kms',
    'CreateAlias',
    { AliasName: 'alias/!', TargetKeyId: 'k' },
    one(`Value 'alias/!' at 'aliasName' ${failed} Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$`),
  ],
  [
    'an enum',
    'kms',
    'GenerateDataKey',
    { KeyId: 'k', KeySpec: 'AES_512' },
    one(`Value 'AES_512' at 'keySpec' ${failed} Member must satisfy enum value set: [AES_256, AES_128]`),
  ],
  [
    'length in characters, not in UTF-16 units',
    'iam',
    'TagUser',
    { UserName: 'bob', Tags: [{ Key: '\u{20000}'.repeat(128), Value: '' }] },
    'accepted',
  ],
];

for (const [sentence, service, operation, input, message] of rows) {
  test(`reports ${sentence}`, () => assert.equal(refusal(service, operation, input), message));
}

test('accepts what the model allows', () => {
  assert.equal(
    refusal('kms', 'Encrypt', { KeyId: 'alias/x', Plaintext: Buffer.alloc(4096), EncryptionContext: { a: '' } }),
    'accepted',
  );
  assert.equal(refusal('iam', 'CreateUser', { UserName: 'a+=,.@-b', Path: '/x/y/' }), 'accepted');
});

test('never repeats a huge value in full', () => {
  const message = refusal('kms', 'DescribeKey', { KeyId: 'x'.repeat(1_000_000) });
  assert.match(message, /^1 validation error detected: Value 'x+\.\.\.' at 'keyId'/);
  assert.ok(message.length < maxEchoedChars + 200);
});

test('bounds the number of violations it lists', () => {
  const message = refusal('kms', 'TagResource', { KeyId: 'k', Tags: Array(100_000).fill({}) });
  assert.match(message, /^100 validation errors detected: /);
});

test('takes time that grows with the string', async () => {
  const hostile = ['/a', 'a', 'a-', ' '];
  const members = [
    ['iam', 'CreatePolicy', 'Path'],
    ['iam', 'CreateAccountAlias', 'AccountAlias'],
    ['iam', 'ListUsers', 'PathPrefix'],
    ['iam', 'GetPolicyVersion', 'VersionId'],
    ['sts', 'AssumeRole', 'Policy'],
    ['kms', 'CreateKey', 'Policy'],
  ] as const;
  const validated = (size: number) => {
    for (const [service, operation, member] of members) {
      for (const text of hostile) refusal(service, operation, { [member]: `/${text.repeat(size)}` });
    }
  };
  const grown = await growth(validated, 50_000);
  assert.ok(grown < tooMuchGrowth, `${grown} times`);
});
