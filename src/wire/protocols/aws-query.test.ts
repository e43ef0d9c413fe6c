import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { awsQuery } from './aws-query.ts';
import { maxFormParameters } from './form.ts';
import { maxNodes } from './form-tree.ts';

const version = {
  iam: '2010-05-08',
  sts: '2011-06-15',
  sns: '2010-03-31',
  sqs: '2012-11-05',
  cloudwatch: '2010-08-01',
};

const request = (method: string, query: string, body: string | Buffer): HttpRequest => ({
  method,
  path: '/',
  query,
  headers: {},
  body: Buffer.from(body),
  remoteAddress: '127.0.0.1',
  secure: false,
});

const post = (service: keyof typeof version, action: string, parameters = ''): HttpRequest =>
  request('POST', '', `Action=${action}&Version=${version[service]}${parameters}`);

const decode = (service: keyof typeof version, action: string, parameters: string): unknown =>
  JSON.parse(
    JSON.stringify(awsQuery.decode(loadModel(service).findOperation(action)!, post(service, action, parameters))),
  );

const decodings: readonly [what: string, keyof typeof version, action: string, parameters: string, input: object][] = [
  ['text', 'iam', 'GetUser', '&UserName=a%20b+c%2B%C3%A9', { UserName: 'a b c+é' }],
  ['numbers', 'iam', 'ListUsers', '&MaxItems=10', { MaxItems: 10 }],
  ['booleans', 'iam', 'CreateLoginProfile', '&PasswordResetRequired=true', { PasswordResetRequired: true }],
  [
    'lists of structures',
    'iam',
    'TagUser',
    '&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b&Tags.member.2.Value=',
    {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    },
  ],
  [
    'lists in the order of their numbers',
    'iam',
    'UntagUser',
    '&TagKeys.member.10=b&TagKeys.member.9=a',
    { TagKeys: ['a', 'b'] },
  ],
  [
    'lists with gaps, without the room for them',
    'iam',
    'UntagUser',
    '&TagKeys.member.999999999=z&TagKeys.member.1=a',
    { TagKeys: ['a', 'z'] },
  ],
  ['the empty list', 'iam', 'TagUser', '&Tags=', { Tags: [] }],
  ['maps', 'sns', 'CreateTopic', '&Attributes.entry.1.key=a&Attributes.entry.1.value=b', { Attributes: { a: 'b' } }],
  [
    'maps with names of their own',
    'sns',
    'Publish',
    '&MessageAttributes.entry.1.Name=n&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=v',
    { MessageAttributes: { n: { DataType: 'String', StringValue: 'v' } } },
  ],
  [
    'flattened maps by the names of their entries',
    'sqs',
    'SetQueueAttributes',
    '&Attribute.1.Name=a&Attribute.1.Value=b',
    { Attributes: { a: 'b' } },
  ],
  [
    'flattened lists by the names of their elements',
    'sqs',
    'SendMessageBatch',
    '&SendMessageBatchRequestEntry.1.Id=i&SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringListValue.1=v',
    { Entries: [{ Id: 'i', MessageAttributes: { n: { StringListValues: ['v'] } } }] },
  ],
  [
    'system attributes under their own name, and under that which the SDK has for them',
    'sqs',
    'ReceiveMessage',
    '&MessageSystemAttributeName.1=SenderId&AttributeName.1=SentTimestamp',
    { AttributeNames: ['SentTimestamp'], MessageSystemAttributeNames: ['SenderId'] },
  ],
];

for (const [what, service, action, parameters, input] of decodings) {
  test(`decodes ${what}`, () => assert.deepEqual(decode(service, action, parameters), input));
}

test('drops parameters that the model does not have, however deep', () => {
  assert.deepEqual(decode('iam', 'GetUser', `&X.Y=1&__proto__.x=1&${'a.'.repeat(50_000)}b=1&UserName=u`), {
    UserName: 'u',
  });
});

test('decodes a GET with everything in its query string', () => {
  const query = 'Action=GetUser&Version=2010-05-08&UserName=bob&X-Amz-Signature=00';
  const input = awsQuery.decode(loadModel('iam').findOperation('GetUser')!, request('GET', query, ''));
  assert.deepEqual(input, { UserName: 'bob' });
});

test('takes the URL that a request to a queue goes to for the QueueUrl that it does not give', () => {
  const ask = (operation: string, path: string, parameters: string) =>
    awsQuery.decode(loadModel('sqs').findOperation(operation)!, {
      ...request('GET', `Action=${operation}&Version=2012-11-05${parameters}`, ''),
      path,
      headers: { host: 'localhost:4566' },
    });
  const QueueUrl = 'http://localhost:4566/111122223333/q';
  assert.deepEqual(ask('PurgeQueue', '/111122223333/q', ''), { QueueUrl });
  assert.deepEqual(ask('PurgeQueue', '/111122223333/q/', ''), { QueueUrl });
  assert.deepEqual(ask('PurgeQueue', '/111122223333/q', '&QueueUrl=other'), { QueueUrl: 'other' });
  assert.deepEqual(ask('PurgeQueue', '/', ''), {});
  assert.deepEqual(ask('ListQueues', '/111122223333/q', ''), {});
});

/** Code and message of the refusal. */
const refusal = (action: string, body: string | Buffer): string => {
  try {
    awsQuery.decode(loadModel('iam').findOperation(action)!, request('POST', '', body));
  } catch (error) {
    assert.ok(error instanceof Fault);
    return `${error.code} ${error.message}`.trim();
  }
  return 'accepted';
};

const good = 'Action=TagUser&Version=2010-05-08';

const refusals: readonly [what: string, body: string | Buffer, refusal: string][] = [
  ['a duplicate parameter', `${good}&UserName=a&UserName=a`, 'MalformedQueryString'],
  ['a parameter without =', `${good}&UserName`, 'MalformedQueryString'],
  ['an empty parameter', `${good}&&UserName=a`, 'MalformedQueryString'],
  ['a broken percent escape', `${good}&UserName=%zz`, 'MalformedQueryString'],
  ['a percent escape that is not UTF-8', `${good}&UserName=%ff`, 'MalformedQueryString'],
  [
    'bytes that are not UTF-8',
    Buffer.concat([Buffer.from(`${good}&UserName=`), Buffer.from([0xff])]),
    'MalformedQueryString',
  ],
  [
    'another version',
    'Action=TagUser&Version=2011-01-01',
    'UnknownOperation Could not find operation TagUser for version 2011-01-01',
  ],
  [
    'no version',
    'Action=TagUser',
    'UnknownOperation Could not find operation TagUser for version NO_VERSION_SPECIFIED',
  ],
  [
    'a list index that is no number',
    `${good}&Tags.member.x.Key=a`,
    'Serialization Invalid value for the parameter Tags',
  ],
  ['a list index of zero', `${good}&Tags.member.0.Key=a`, 'Serialization Invalid value for the parameter Tags'],
  [
    'an immense list index',
    `${good}&Tags.member.${'9'.repeat(400)}.Key=a`,
    'Serialization Invalid value for the parameter Tags',
  ],
  ['a list without members', `${good}&Tags.1.Key=a`, 'Serialization Invalid value for the parameter Tags'],
  ['text for a list', `${good}&Tags=x`, 'Serialization Invalid value for the parameter Tags'],
  ['text for a structure', `${good}&Tags.member.1=x`, 'Serialization Invalid value for the parameter Tag'],
  ['a structure for text', `${good}&UserName.x=1`, 'Serialization Invalid value for the parameter UserName'],
];

for (const [what, body, expected] of refusals) {
  test(`refuses ${what}`, () => assert.equal(refusal('TagUser', body), expected));
}

test('refuses other than true and false for booleans, and other than decimal integers', () => {
  const rows = [
    ['CreateLoginProfile', 'PasswordResetRequired', ['True', '1', 'yes', '']],
    ['ListUsers', 'MaxItems', ['', 'x', '0x10', '1.5', '1e99', '2147483648', ' 1', 'NaN', '9'.repeat(100_000)]],
  ] as const;
  for (const [action, name, values] of rows) {
    for (const value of values) {
      const body = `Action=${action}&Version=2010-05-08&${name}=${encodeURIComponent(value)}`;
      assert.equal(refusal(action, body), `Serialization Invalid value for the parameter ${name}`);
    }
  }
});

test('takes as many parameters as the largest request has', () => {
  const metrics = Array.from({ length: 1000 }, (_, metric) => {
    const prefix = `&MetricData.member.${metric + 1}.`;
    const dimensions = Array.from({ length: 30 }, (_, index) => {
      const dimension = `${prefix}Dimensions.member.${index + 1}.`;
      return `${dimension}Name=n${index}${dimension}Value=v`;
    });
    return `${prefix}MetricName=m${prefix}Value=1${dimensions.join('')}`;
  });
  const input = decode('cloudwatch', 'PutMetricData', `&Namespace=n${metrics.join('')}`) as {
    MetricData: { Dimensions: object[] }[];
  };
  assert.equal(input.MetricData.length, 1000);
  assert.ok(input.MetricData.every(({ Dimensions }) => Dimensions.length === 30));
});

test('refuses more parameters, or parts of their names, than any request has', () => {
  const many = Array.from({ length: maxFormParameters }, (_, index) => `&TagKeys.member.${index + 1}=a`).join('');
  assert.equal(refusal('UntagUser', `Action=UntagUser&Version=2010-05-08${many}`), 'MalformedQueryString');
  const deep = Array.from({ length: maxNodes / 20 }, (_, index) => `&${index}${'.a'.repeat(20)}=`).join('');
  assert.equal(refusal('UntagUser', `Action=UntagUser&Version=2010-05-08${deep}`), 'MalformedQueryString');
});

test('writes answers as STS prints them', () => {
  const operation = loadModel('sts').findOperation('GetCallerIdentity')!;
  const output = { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:root', UserId: '111122223333' };
  assert.deepEqual(awsQuery.encode(operation, output, 'id'), {
    status: 200,
    headers: { 'x-amzn-RequestId': 'id', 'Content-Type': 'text/xml' },
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Account>111122223333</Account>
    <Arn>arn:aws:iam::111122223333:root</Arn>
    <UserId>111122223333</UserId>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>id</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`,
  });
});

test('writes void operations without a result, and empty lists as empty elements', () => {
  const iam = loadModel('iam');
  assert.equal(
    awsQuery.encode(iam.findOperation('DeleteUser')!, undefined, 'id').body,
    `<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ResponseMetadata>
    <RequestId>id</RequestId>
  </ResponseMetadata>
</DeleteUserResponse>
`,
  );
  assert.match(String(awsQuery.encode(iam.findOperation('ListUsers')!, { Users: [] }, 'id').body), /^ {4}<Users\/>$/m);
});

test('writes timestamps as ISO-8601 and never a character that XML 1.0 cannot carry', () => {
  const operation = loadModel('iam').findOperation('GetUser')!;
  const output = {
    User: { UserName: '<a>&"\u0000\u001f\ud800\ufffe\r\n', CreateDate: new Date('2024-01-01T00:00:00Z') },
  };
  const body = String(awsQuery.encode(operation, output, 'id').body);
  assert.match(body, /<CreateDate>2024-01-01T00:00:00Z<\/CreateDate>/);
  assert.match(body, /<UserName>&lt;a&gt;&amp;&quot;\ufffd\ufffd\ufffd\ufffd&#xD;\n<\/UserName>/);
});

test('writes SQS answers as its Query protocol names them', () => {
  const sqs = loadModel('sqs');
  const answers = [
    ['ListQueues', { QueueUrls: ['u', 'v'] }, '<QueueUrl>u</QueueUrl>\n    <QueueUrl>v</QueueUrl>'],
    ['GetQueueAttributes', { Attributes: { a: 'b' } }, '<Attribute>\n      <Name>a</Name>\n      <Value>b</Value>'],
    ['ListQueueTags', { Tags: { a: 'b' } }, '<Tag>\n      <Key>a</Key>\n      <Value>b</Value>'],
  ] as const;
  for (const [name, output, expected] of answers) {
    const body = String(awsQuery.encode(sqs.findOperation(name)!, output, 'id').body);
    const wrapper = `<${name}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">\n  <${name}Result>\n    `;
    assert.ok(body.startsWith(wrapper + expected), body);
  }
});

const answer = (service: string, code: string, message = '') =>
  awsQuery.encodeFault(loadModel(service), undefined, fault(code, message), 'id');

test('writes errors as AWS prints them', () => {
  const { status, headers, body } = answer('sts', 'AccessDenied', 'User: x is not authorized');
  assert.equal(status, 403);
  assert.equal(headers['Content-Type'], 'text/xml');
  assert.equal(
    body,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>AccessDenied</Code>
    <Message>User: x is not authorized</Message>
  </Error>
  <RequestId>id</RequestId>
</ErrorResponse>
`,
  );
});

test('takes code and status from the model or the table of common errors', () => {
  const rows: readonly [service: string, code: string, status: number, wireCode: string, type: string][] = [
    ['iam', 'NoSuchEntityException', 404, 'NoSuchEntity', 'Sender'],
    ['iam', 'NoSuchEntity', 404, 'NoSuchEntity', 'Sender'],
    ['iam', 'EntityAlreadyExists', 409, 'EntityAlreadyExists', 'Sender'],
    ['iam', 'ServiceFailure', 500, 'ServiceFailure', 'Receiver'],
    ['iam', 'ValidationError', 400, 'ValidationError', 'Sender'],
    ['iam', 'Throttling', 400, 'Throttling', 'Sender'],
    ['iam', 'MissingAuthenticationToken', 403, 'MissingAuthenticationToken', 'Sender'],
    ['iam', 'IncompleteSignature', 400, 'IncompleteSignature', 'Sender'],
    ['iam', 'InvalidClientTokenId', 403, 'InvalidClientTokenId', 'Sender'],
    ['iam', 'SignatureDoesNotMatch', 403, 'SignatureDoesNotMatch', 'Sender'],
    ['iam', 'ExpiredToken', 403, 'ExpiredToken', 'Sender'],
    ['iam', 'InternalFailure', 500, 'InternalFailure', 'Receiver'],
    ['iam', 'ServiceUnavailable', 503, 'ServiceUnavailable', 'Receiver'],
    ['sns', 'AccessDenied', 403, 'AuthorizationError', 'Sender'],
    ['sts', 'PackedPolicyTooLargeException', 400, 'PackedPolicyTooLarge', 'Sender'],
  ];
  for (const [service, code, status, wireCode, type] of rows) {
    const found = answer(service, code, 'm');
    assert.equal(found.status, status, code);
    assert.ok(String(found.body).includes(`<Type>${type}</Type>\n    <Code>${wireCode}</Code>`), code);
  }
});

test('lets the front end answer what never reaches a service', () => {
  const namespace = 'xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"';
  for (const [code, wireCode] of [
    ['UnknownOperation', 'InvalidAction'],
    ['MissingAction', 'MissingAction'],
    ['Serialization', 'MalformedInput'],
    ['MalformedQueryString', 'MalformedQueryString'],
  ] as const) {
    const { status, body } = answer('iam', code, 'm');
    assert.equal(status, 400);
    assert.ok(String(body).includes(namespace) && String(body).includes(`<Code>${wireCode}</Code>`));
  }
});

test('answers too large a request with 413, and STS without a body', () => {
  const { status: iamStatus, body: iamBody } = answer('iam', 'RequestEntityTooLarge');
  assert.equal(iamStatus, 413);
  assert.match(String(iamBody), /<Code>RequestEntityTooLarge<\/Code>/);
  const { status, body } = answer('sts', 'RequestEntityTooLarge');
  assert.deepEqual([status, body], [413, '']);
});
