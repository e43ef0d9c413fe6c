import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { awsJson } from './aws-json.ts';
import { maxDepth } from './json-reader.ts';

const kms = loadModel('kms');
const encrypt = kms.findOperation('Encrypt')!;

const post = (body: string | Buffer): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  body: Buffer.from(body),
  remoteAddress: '127.0.0.1',
  secure: false,
});

const decode = (body: string | Buffer, operation = encrypt): Record<string, unknown> =>
  awsJson.decode(operation, post(body)) as Record<string, unknown>;

/** The message of the refusal. */
const refusal = (body: string | Buffer, operation = 'Encrypt', service = kms): string => {
  try {
    awsJson.decode(service.findOperation(operation)!, post(body));
  } catch (error) {
    assert.ok(error instanceof Fault);
    assert.equal(error.code, 'Serialization');
    return error.message;
  }
  return 'accepted';
};

const structureFound = 'Start of structure or map found where not expected.';
const listFound = 'Start of list found where not expected';

const wrongTypes: readonly [operation: string, body: string, message: string][] = [
  ['GenerateRandom', '{"NumberOfBytes":"x"}', 'STRING_VALUE can not be converted to an Integer'],
  ['GenerateRandom', '{"NumberOfBytes":true}', 'TRUE_VALUE can not be converted to an Integer'],
  ['GenerateRandom', '{"NumberOfBytes":{}}', structureFound],
  ['GenerateRandom', '{"NumberOfBytes":[]}', listFound],
  ['GenerateRandom', '{"NumberOfBytes":1.5}', 'NUMBER_VALUE can not be converted to an Integer'],
  ['GenerateRandom', '{"NumberOfBytes":2147483648}', 'NUMBER_VALUE can not be converted to an Integer'],
  ['GenerateRandom', '{"NumberOfBytes":-2147483649}', 'NUMBER_VALUE can not be converted to an Integer'],
  ['GenerateRandom', '{"NumberOfBytes":1e999}', 'NUMBER_VALUE can not be converted to an Integer'],
  ['GenerateRandom', `{"NumberOfBytes":${'9'.repeat(100_000)}}`, 'NUMBER_VALUE can not be converted to an Integer'],
  ['Encrypt', '{"KeyId":1}', 'NUMBER_VALUE can not be converted to a String'],
  ['Encrypt', '{"KeyId":false}', 'FALSE_VALUE can not be converted to a String'],
  ['Encrypt', '{"KeyId":{}}', structureFound],
  ['Encrypt', '{"KeyId":[]}', listFound],
  ['Encrypt', '{"DryRun":"true"}', 'STRING_VALUE can not be converted to a Boolean'],
  ['Encrypt', '{"DryRun":1}', 'NUMBER_VALUE can not be converted to a Boolean'],
  ['Encrypt', '{"Plaintext":1}', 'NUMBER_VALUE can not be converted to a Blob'],
  ['Encrypt', '{"GrantTokens":"t"}', 'Expected list or null'],
  ['Encrypt', '{"GrantTokens":{}}', structureFound],
  ['Encrypt', '{"GrantTokens":[1]}', 'NUMBER_VALUE can not be converted to a String'],
  ['Encrypt', '{"EncryptionContext":[]}', listFound],
  ['Encrypt', '{"EncryptionContext":"x"}', 'Expected null'],
  ['Encrypt', '{"EncryptionContext":{"a":1}}', 'NUMBER_VALUE can not be converted to a String'],
  ['Encrypt', '[]', listFound],
  ['Encrypt', '"x"', 'Expected null'],
  ['TagResource', '{"Tags":[[]]}', listFound],
  ['TagResource', '{"Tags":["x"]}', 'Expected null'],
  ['ImportKeyMaterial', '{"ValidTo":"tomorrow"}', 'Invalid timestamp'],
  ['ImportKeyMaterial', '{"ValidTo":1e300}', 'Invalid timestamp'],
];

for (const [operation, body, message] of wrongTypes) {
  test(`refuses ${operation} ${body.slice(0, 60)}`, () => assert.equal(refusal(body, operation), message));
}

const malformed: readonly [what: string, body: string | Buffer][] = [
  ['an unclosed object', '{"KeyId":"a"'],
  ['an unclosed string', '{"KeyId":"a'],
  ['an unclosed escape', '{"KeyId":"a\\'],
  ['a truncated unicode escape', '{"KeyId":"\\u12"}'],
  ['an unknown escape', '{"KeyId":"\\x"}'],
  ['a trailing comma', '{"KeyId":"a",}'],
  ['a missing comma', '{"KeyId":"a" "Plaintext":""}'],
  ['a missing colon', '{"KeyId" "a"}'],
  ['single quotes', "{'KeyId':'a'}"],
  ['a comment', '{/* */"KeyId":"a"}'],
  ['a bare key', '{KeyId:"a"}'],
  ['text after the end', '{} {}'],
  ['a leading zero', '{"x":01}'],
  ['a lone minus', '{"x":-}'],
  ['a plus sign', '{"x":+1}'],
  ['NaN', '{"x":NaN}'],
  ['Infinity', '{"x":-Infinity}'],
  ['half a literal', '{"DryRun":tru}'],
  ['a longer literal', '{"DryRun":truely}'],
  ['a control character', '{"KeyId":"a\u0001"}'],
  ['a control character after an escape', '{"KeyId":"\\n\u0001"}'],
  ['a byte order mark', '\ufeff{}'],
  ['a no-break space', '\u00a0{}'],
  ['only an opening brace', '{'],
  ['a NUL', '\0'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['an overlong encoding', Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ['an encoded surrogate', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ['a lone high surrogate', '{"KeyId":"\\ud800"}'],
  ['a lone low surrogate', '{"KeyId":"\\udc00x"}'],
  ['a lone surrogate in an unknown member', '{"Other":"\\ud800"}'],
  ['a duplicate member', '{"KeyId":"a","KeyId":"a"}'],
  ['a duplicate member that was null', '{"KeyId":null,"KeyId":"a"}'],
  ['a duplicate member under an escape', '{"KeyId":"a","Key\\u0049d":"b"}'],
  ['a duplicate key of a map', '{"EncryptionContext":{"a":"b","a":"c"}}'],
  ['a duplicate __proto__ key of a map', '{"EncryptionContext":{"__proto__":"b","__proto__":"c"}}'],
  ['base64 without padding', '{"Plaintext":"YQ"}'],
  ['base64 with white space', '{"Plaintext":"YWJj\\nYWJj"}'],
  ['the URL alphabet of base64', '{"Plaintext":"YW-_"}'],
  ['padding inside base64', '{"Plaintext":"YQ==YQ=="}'],
  ['base64 with unused bits set', '{"Plaintext":"YR=="}'],
  ['characters beyond base64 that look like it modulo 256', '{"Plaintext":"\u0141\u0141\u0141\u0141"}'],
];

for (const [what, body] of malformed) {
  test(`refuses ${what}`, () => assert.notEqual(refusal(body), 'accepted'));
}

test('refuses what is nested deeper than the limit, in known and unknown members', () => {
  const nested = (levels: number): string => `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  assert.equal(refusal(nested(maxDepth - 1)), 'accepted');
  assert.match(refusal(nested(maxDepth)), /nested deeper/);
  assert.match(refusal(nested(1_000_000)), /nested deeper/);
  assert.match(refusal('{"x":'.repeat(100_000)), /nested deeper/);
  const attribute = `{"Item":{"a":${'{"M":{"a":'.repeat(100_000)}`;
  assert.match(refusal(attribute, 'PutItem', loadModel('dynamodb')), /nested deeper/);
});

test('takes an empty body, white space and null members for absent', () => {
  assert.deepEqual(decode(''), {});
  assert.deepEqual(decode(' \r\n\t'), {});
  assert.deepEqual(decode('{"KeyId":null,"Plaintext":null,"GrantTokens":[null,"t",null]}'), { GrantTokens: ['t'] });
});

test('takes a double from a string only where no JSON number is the same', () => {
  const ask = loadModel('service-quotas').findOperation('RequestServiceQuotaIncrease');
  const desired = (value: string) => decode(`{"DesiredValue":${value}}`, ask);
  assert.deepEqual(desired('"NaN"'), { DesiredValue: Number.NaN });
  for (const [value, message] of [
    ['"1"', 'STRING_VALUE can not be converted to a Double'],
    ['"infinity"', 'STRING_VALUE can not be converted to a Double'],
    ['true', 'TRUE_VALUE can not be converted to a Double'],
    ['1e400', 'NUMBER_VALUE can not be converted to a Double'],
  ] as const) {
    assert.throws(() => desired(value), { code: 'Serialization', message });
  }
});

test('drops members that the model does not have', () => {
  assert.deepEqual(decode('{"Other":{"a":[1,-2.5e3,"x",true,null,{}]},"KeyId":"k","toString":1,"__proto__":{"x":1}}'), {
    KeyId: 'k',
  });
});

test('keeps every key of a map as plain data', () => {
  const { EncryptionContext } = decode('{"EncryptionContext":{"__proto__":"p","constructor":"c","":""}}');
  assert.deepEqual(Object.entries(EncryptionContext as object), [
    ['__proto__', 'p'],
    ['constructor', 'c'],
    ['', ''],
  ]);
  assert.equal((EncryptionContext as Record<string, unknown>).hasOwnProperty, undefined);
  assert.equal(({} as Record<string, unknown>).p, undefined);
});

test('decodes every escape', () => {
  assert.equal(decode('{"KeyId":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é😀"}').KeyId, '"\\/\b\f\n\r\té😀é😀');
  assert.deepEqual(decode('{"Plaintext":"\\/\\/8="}').Plaintext, Buffer.from([0xff, 0xff]));
});

test('decodes timestamps from epoch seconds and ISO-8601', () => {
  const operation = kms.findOperation('ImportKeyMaterial')!;
  for (const text of [
    '1714521600.123',
    '1.714521600123E9',
    '"2024-05-01T00:00:00.123Z"',
    '"2024-05-01T02:00:00.123+02:00"',
  ]) {
    assert.deepEqual(decode(`{"ValidTo":${text}}`, operation).ValidTo, new Date('2024-05-01T00:00:00.123Z'));
  }
});

test('decodes a long beyond the safe integers as a bigint, and none beyond 64 bits', () => {
  const operation = loadModel('logs').findOperation('GetLogEvents')!;
  assert.equal(decode('{"startTime":9007199254740991}', operation).startTime, 9007199254740991);
  assert.equal(decode('{"startTime":9223372036854775807}', operation).startTime, 9223372036854775807n);
  assert.throws(() => decode('{"startTime":9223372036854775808}', operation), { message: /a Long$/ });
});

test('answers void operations with a body of no bytes', () => {
  assert.deepEqual(awsJson.encode(kms.findOperation('DisableKey')!, undefined, 'id'), {
    status: 200,
    headers: { 'x-amzn-RequestId': 'id', 'Content-Type': 'application/x-amz-json-1.1' },
    body: '',
  });
});

test('writes free-form JSON as it is, and bigints as numbers', () => {
  const operation = loadModel('cognito-idp').findOperation('StartWebAuthnRegistration')!;
  const { body } = awsJson.encode(
    operation,
    { CredentialCreationOptions: { a: [1, 9223372036854775807n, null, 'b"'], c: { d: true, e: undefined }, f: [] } },
    'id',
  );
  assert.equal(body, '{"CredentialCreationOptions":{"a":[1,9223372036854775807,null,"b\\""],"c":{"d":true},"f":[]}}');
});

const answer = (code: string, message = '', members?: Record<string, unknown>, service = 'kms') =>
  awsJson.encodeFault(loadModel(service), undefined, fault(code, message, members && { members }), 'id');

test('answers errors of the client with 400, whatever status the model has', () => {
  assert.deepEqual(answer('NotFoundException', "Key 'x' does not exist"), {
    status: 400,
    headers: { 'x-amzn-RequestId': 'id', 'Content-Type': 'application/x-amz-json-1.1' },
    body: '{"__type":"NotFoundException","message":"Key \'x\' does not exist"}',
  });
  assert.equal(answer('ResourceNotFoundException', 'x', undefined, 'macie2').status, 400);
  assert.equal(answer('NotAuthorizedException').status, 400);
});

test('answers faults of the server with their own status', () => {
  assert.equal(answer('KMSInternalException').status, 500);
  assert.equal(answer('DependencyTimeoutException').status, 503);
  assert.equal(answer('InternalFailure').status, 500);
  assert.equal(answer('ServiceUnavailable').status, 503);
});

test('leaves out the message where AWS has none', () => {
  assert.equal(answer('KMSInvalidSignatureException').body, '{"__type":"KMSInvalidSignatureException"}');
  assert.equal(answer('UnknownOperation').body, '{"__type":"UnknownOperationException"}');
});

test('puts modelled members beside the message', () => {
  const { body } = answer(
    'ConstraintViolationException',
    'm',
    { Reason: 'ACCOUNT_NUMBER_LIMIT_EXCEEDED', Other: 1 },
    'organizations',
  );
  assert.deepEqual(JSON.parse(String(body)), {
    __type: 'ConstraintViolationException',
    Message: 'm',
    Reason: 'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
  });
});

test('names common errors as the service does', () => {
  const rows: readonly [service: string, code: string, body: object][] = [
    ['kms', 'AccessDenied', { __type: 'AccessDeniedException', Message: 'm' }],
    ['kms', 'Serialization', { __type: 'SerializationException', Message: 'm' }],
    ['kms', 'ValidationError', { __type: 'ValidationException', message: 'm' }],
    ['kms', 'InvalidClientTokenId', { __type: 'UnrecognizedClientException', message: 'm' }],
    ['kms', 'SignatureDoesNotMatch', { __type: 'InvalidSignatureException', message: 'm' }],
    ['kms', 'ExpiredToken', { __type: 'ExpiredTokenException', message: 'm' }],
    ['kms', 'IncompleteSignature', { __type: 'IncompleteSignatureException', message: 'm' }],
    ['kms', 'Throttling', { __type: 'ThrottlingException', message: 'm' }],
    ['logs', 'ValidationError', { __type: 'InvalidParameterException', message: 'm' }],
    ['cognito-idp', 'ValidationError', { __type: 'InvalidParameterException', message: 'm' }],
  ];
  for (const [service, code, body] of rows) {
    assert.deepEqual(JSON.parse(String(answer(code, 'm', undefined, service).body)), body);
  }
  assert.deepEqual(JSON.parse(String(answer('MissingAuthenticationToken').body)), {
    __type: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  });
  assert.match(String(answer('Throttling').body), /You have exceeded the rate at which you may call KMS/);
});

test('gives broken constraints the Reason that Organizations has for them', () => {
  const broken = (sentence: string) =>
    JSON.parse(String(answer('ValidationError', sentence, undefined, 'organizations').body));
  const Message = 'You provided a value that does not match the required pattern.';
  assert.deepEqual(broken("Value 'x' at 'policyId' failed: Member must satisfy regular expression pattern: ^p-$"), {
    __type: 'InvalidInputException',
    Message,
    Reason: 'INVALID_PATTERN',
  });
  assert.equal(broken('Member must have value less than or equal to 20').Reason, 'MAX_VALUE_EXCEEDED');
});

test('tells the Query code too where the service once spoke Query', () => {
  const { headers } = answer('QueueDoesNotExist', 'm', undefined, 'sqs');
  assert.equal(headers['x-amzn-query-error'], 'AWS.SimpleQueueService.NonExistentQueue;Sender');
  assert.equal(headers['Content-Type'], 'application/x-amz-json-1.0');
});
