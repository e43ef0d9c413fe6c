import type { Random } from './random.ts';

/** A policy variable. */
const variable = `$${'{aws:username}'}`;

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** JSON values of every type and size, most of them not what a member wants. */
const strangeJson: readonly string[] = [
  ...['null', 'true', 'false', '{}', '[]', '""', '0', '-0', '-1', '1.5', '1e3', '1e400', '-1e400', '1E-999'],
  ...['9007199254740993', '2147483648', '-2147483649', '18446744073709551616', `1${'0'.repeat(5000)}`],
  ...[
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\u2028\u2029"',
    '"x"',
    '["x"]',
    '[null]',
    '{"x":null}',
    '{"x":"y"}',
  ],
  ...['"__proto__"', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}', '{"a":1,"a":2}', '[[[]]]'],
  ...[
    '{"length":1e9}',
    '{"toJSON":"x"}',
    `[${'"x",'.repeat(999)}"x"]`,
    `"${'x'.repeat(70_000)}"`,
    nested('[', ']', 200),
  ],
];

/** What is no JSON, or nested beyond sense. */
const brokenJson: readonly string[] = [
  ...['NaN', 'Infinity', '-', '+1', '01', '0x10', '1.', '.5', '1e', 'undefined', 'nul', "'single'", '"open', '/**/1'],
  ...['"\\u00"', '"\\x41"', '"\t"', '"\n"', '"\0"', '["a",]', '{"a":1,}', '{a:1}', '{"a"}', '{"a":}', '[1 2]', '{}{}'],
  ...[nested('[', ']', 20_000), '['.repeat(50_000), nested('{"a":', '}', 5000), `[${'0,'.repeat(9999)}0]`],
];

/** A piece of JSON text that a decoder may stumble over. */
export const hostileJson = (random: Random): string => random.pick(random.oneIn(6) ? brokenJson : strangeJson);

/** Strings that a validator, an ARN parser, a policy or a handler may stumble over. */
const hostileStrings: readonly string[] = [
  ...['', ' ', '\0', '\n', '"', '\\', '%', '%s%n', variable, '${', '*', '?', '***', '..', '/', '../../etc/passwd'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'true',
    'null',
    '-1',
    '0',
    '1e309',
    'NaN',
    'ünïcödé',
    '😀',
  ],
  ...[
    '\ud800',
    '\udfff\ud800',
    '\u202e',
    '\ufeff',
    '\ufffe',
    'a'.repeat(129),
    'a'.repeat(8192),
    '/'.repeat(2049),
    '😀'.repeat(600),
  ],
  ...[
    'arn:aws:kms',
    'arn:aws:kms:::',
    ':::::',
    'arn:aws:kms:us-east-1:111122223333:key/',
    'arn:aws:kms:us-east-1:*:key/*',
  ],
  ...['arn:aws:kms:us-east-1:111122223333:alias/fuzz', 'arn:aws:kms:eu-west-1:111122223333:alias/fuzz'],
  ...[
    'arn:aws-cn:kms:us-east-1:111122223333:key/1',
    'arn:aws:kms:us-east-1:999999999999:key/00000000-0000-0000-0000-000000000000',
  ],
  ...[
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::111122223333:user/fuzzer',
    'arn:aws:iam::aws:policy/AdministratorAccess',
  ],
  ...[
    'alias/',
    'alias/aws/',
    'alias/aws/s3',
    'alias/fuzz',
    'alias/fuzz/',
    'alias/a b',
    `alias/${'x'.repeat(300)}`,
    'mrk-',
    'key/',
  ],
  ...[
    'aws:',
    'aws:x',
    'SYMMETRIC_DEFAULT',
    'RSA_2048',
    'HMAC_256',
    'AES_256',
    'ENCRYPT_DECRYPT',
    'EXTERNAL',
    'AWS_CLOUDHSM',
  ],
  ...['default', 'Default', '{}', '[]', '{"Version":"2012-10-17"}', '{"Version":"2012-10-17","Statement":[]}'],
  ...['not base64!', '====', 'AQ==', 'AQ', 'A'.repeat(8193), Buffer.alloc(4097).toString('base64')],
];

/** Policy documents to start from: what they say matters less than that every part of the grammar is in them. */
export const policyDocuments: readonly object[] = [
  {
    Version: '2012-10-17',
    Id: 'fuzz',
    Statement: [
      {
        Sid: 'one',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::111122223333:root', '111122223333'] },
        Action: ['kms:*', 'kms:Des?ribe*'],
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:PrincipalArn': ['a', 'b'], 'kms:CallerAccount': '111122223333' },
          'ForAnyValue:StringLikeIfExists': { 'kms:EncryptionContextKeys': `*${variable}*` },
          NumericLessThan: { 'kms:RequestAlias': 10 },
          DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
          IpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '::1/128'] },
          ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' },
          Bool: { 'aws:SecureTransport': 'false' },
          Null: { 'aws:TokenIssueTime': true },
          BinaryEquals: { 'aws:x': 'QUJD' },
        },
      },
    ],
  },
  {
    Version: '2008-10-17',
    Statement: {
      Effect: 'Deny',
      NotPrincipal: '*',
      NotAction: 'kms:Decrypt',
      NotResource: `arn:aws:kms:*:*:key/${variable}`,
    },
  },
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['kms:Encrypt', 'iam:*'], Resource: ['arn:aws:kms:*:111122223333:key/*', '*'] },
    ],
  },
];

/** Any of the strings, or a mixture of two. */
export const hostileString = (random: Random): string =>
  random.oneIn(4) ? random.pick(hostileStrings) + random.pick(hostileStrings) : random.pick(hostileStrings);
