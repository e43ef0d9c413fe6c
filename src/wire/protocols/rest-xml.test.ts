import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { Fault, fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { findRoute } from './http-route.ts';
import { restXml } from './rest-xml.ts';

const request = (line: string, body = '', headers: Record<string, string> = {}): HttpRequest => {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  return { method, path, query, headers, body: Buffer.from(body), remoteAddress: '127.0.0.1', secure: false };
};

/** S3 wants a digest of most of its documents. */
const md5Of = (body: string): Record<string, string> =>
  body === '' ? {} : { 'content-md5': hash('md5', body, 'base64') };

const decode = (service: string, line: string, body?: string, headers?: Record<string, string>): unknown => {
  const sent = request(line, body, { ...md5Of(body ?? ''), ...headers });
  return JSON.parse(JSON.stringify(restXml.decode(findRoute(loadModel(service), sent)!, sent)));
};

const s3 = loadModel('s3');

test('takes keys as they are, and metadata from headers with their prefix', () => {
  assert.deepEqual(decode('s3', 'HEAD /b/a//../k%20%2F+é%C3%A9', '', { 'x-amz-meta-m': 'v', 'if-match': '"e"' }), {
    Bucket: 'b',
    Key: 'a//../k /+éé',
    IfMatch: '"e"',
  });
  const { Metadata } = decode('s3', 'PUT /b/k', '', { 'x-amz-meta-m': 'v' }) as Record<string, unknown>;
  assert.deepEqual(Metadata, { m: 'v' });
});

test('reads documents whatever the prefix, order and unknown elements', () => {
  const body = `<?xml version="1.0"?>
<x:Tagging xmlns:x="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>
  <Tag><Value>v</Value><Other><Key>o</Key></Other><Key>k</Key></Tag>
  <Other/>
</TagSet></x:Tagging>`;
  assert.deepEqual(decode('s3', 'PUT /b?tagging', body), {
    Bucket: 'b',
    ContentMD5: md5Of(body)['content-md5'],
    Tagging: { TagSet: [{ Value: 'v', Key: 'k' }] },
  });
});

test('reads attributes', () => {
  const grantee =
    '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>i</ID></Grantee>';
  const body = `<AccessControlPolicy><AccessControlList><Grant>${grantee}<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`;
  assert.deepEqual(decode('s3', 'PUT /b?acl', body), {
    Bucket: 'b',
    ContentMD5: md5Of(body)['content-md5'],
    AccessControlPolicy: { Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'i' }, Permission: 'READ' }] },
  });
});

const refusals: readonly [what: string, line: string, body: string, code: string][] = [
  [
    'an element twice',
    'PUT /b?versioning',
    '<VersioningConfiguration><Status>Enabled</Status><Status>Suspended</Status></VersioningConfiguration>',
    'Serialization',
  ],
  [
    'a number that is none',
    'PUT /b?lifecycle',
    '<LifecycleConfiguration><Rule><Expiration><Days>x</Days></Expiration></Rule></LifecycleConfiguration>',
    'Serialization',
  ],
  [
    'a boolean that is none',
    'PUT /b?publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>',
    'Serialization',
  ],
  [
    'a date that is none',
    'PUT /b?lifecycle',
    '<LifecycleConfiguration><Rule><Expiration><Date>x</Date></Expiration></Rule></LifecycleConfiguration>',
    'Serialization',
  ],
  [
    'a document type',
    'PUT /b?versioning',
    '<!DOCTYPE a [<!ENTITY b "c">]><VersioningConfiguration><Status>&b;</Status></VersioningConfiguration>',
    'Serialization',
  ],
  ['another root element than the payload has', 'PUT /b?tagging', '<Foo><TagSet/></Foo>', 'Serialization'],
  [
    'another root element than the input has',
    'POST /b/k?select&select-type=2',
    '<Foo><Expression>e</Expression></Foo>',
    'Serialization',
  ],
  ['no XML', 'PUT /b?versioning', '{"Status":"Enabled"}', 'Serialization'],
  ['a query parameter of another type', 'GET /b?max-keys=x', '', 'InvalidArgument'],
  ['a broken percent escape', 'GET /b/%zz', '', 'MalformedQueryString'],
];

for (const [what, line, body, code] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => decode('s3', line, body),
      (error) => error instanceof Fault && error.code === code,
    );
  });
}

test('writes documents under the names that S3 gives them', () => {
  const encode = (name: string, output: object) =>
    restXml.encode(s3.findOperation(name)!, output, '8b5f0c5e-0000-4000-8000-1');
  const answer = encode('ListBuckets', { Buckets: [{ Name: 'b' }] });
  assert.equal(
    answer.body,
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets><Bucket><Name>b</Name></Bucket></Buckets></ListAllMyBucketsResult>',
  );
  assert.equal(answer.headers['Content-Type'], 'application/xml');
  assert.equal(answer.headers['x-amz-request-id'], '8B5F0C5E00004000');
  const root = '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  assert.match(String(encode('GetBucketLocation', {}).body), new RegExp(`${root}/>$`));
  assert.match(
    String(encode('GetBucketLocation', { LocationConstraint: 'eu-west-2' }).body),
    new RegExp(`${root}>eu-west-2</LocationConstraint>$`),
  );
  const grants = [{ Grantee: { Type: 'Group', URI: 'u' } }];
  assert.match(
    String(encode('GetBucketAcl', { Grants: grants }).body),
    /<Grantee xmlns:xsi="http:\/\/www\.w3\.org\/2001\/XMLSchema-instance" xsi:type="Group"><URI>u<\/URI><\/Grantee>/,
  );
});

test('writes white space in attributes so that no parser takes it for spaces', () => {
  const Grants = [{ Grantee: { Type: 'a\tb\nc\rd' } }];
  const { body } = restXml.encode(s3.findOperation('GetBucketAcl')!, { Grants }, '8b5f0c5e-0000-4000-8000-1');
  assert.match(String(body), /<Grantee [^>]*xsi:type="a&#x9;b&#xA;c&#xD;d"/);
});

test('never lets a header carry a line break', () => {
  const { headers } = restXml.encode(s3.findOperation('HeadObject')!, { Metadata: { a: 'x\r\nSet-Cookie: y' } }, 'id');
  assert.equal(headers['x-amz-meta-a'], `=?UTF-8?B?${Buffer.from('x\r\nSet-Cookie: y').toString('base64')}?=`);
});

test('writes errors as S3 does, without a body for HEAD', () => {
  const raised = fault('NoSuchKey', 'The specified key does not exist.', { members: { Key: 'a<b' } });
  const id = '8b5f0c5e-0000-4000-8000-000000000000';
  const answer = restXml.encodeFault(s3, s3.findOperation('GetObject'), raised, id);
  assert.equal(answer.status, 404);
  assert.equal(
    answer.body,
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&lt;b</Key><RequestId>8B5F0C5E00004000</RequestId><HostId>${answer.headers['x-amz-id-2']}</HostId></Error>`,
  );
  const head = restXml.encodeFault(s3, s3.findOperation('HeadObject'), raised, id);
  assert.deepEqual([head.status, head.body], [404, '']);
});

test('writes errors as Route 53 and CloudFront do', () => {
  const answer = (service: string, code: string, message: string) =>
    restXml.encodeFault(loadModel(service), undefined, fault(code, message), 'id');
  assert.equal(
    answer('route53', 'NoSuchHostedZone', 'No hosted zone found with ID: Z').body,
    '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code><Message>No hosted zone found with ID: Z</Message></Error><RequestId>id</RequestId></ErrorResponse>',
  );
  assert.match(
    String(answer('cloudfront', 'NoSuchDistribution', 'm').body),
    /^<\?xml[^>]+>\n<ErrorResponse xmlns="http:\/\/cloudfront\.amazonaws\.com\/doc\/2020-05-31\/">/,
  );
});

test('says common errors in the words of S3, Route 53, CloudFront and S3 Control', () => {
  const rows: readonly [service: string, code: string, status: number, wireCode: string, message: string][] = [
    [
      's3',
      'Serialization',
      400,
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    ],
    ['s3', 'UnknownOperation', 405, 'MethodNotAllowed', 'm'],
    ['s3', 'Throttling', 503, 'SlowDown', 'Please reduce your request rate.'],
    ['s3', 'AccessDenied', 403, 'AccessDenied', 'm'],
    ['s3', 'MethodNotAllowed', 405, 'MethodNotAllowed', 'm'],
    ['route53', 'ValidationError', 400, 'InvalidInput', 'm'],
    ['route53', 'Serialization', 400, 'MalformedInput', 'm'],
    ['route53', 'ConcurrentModification', 400, 'ConcurrentModification', 'm'],
    ['cloudfront', 'ValidationError', 400, 'InvalidArgument', 'm'],
    ['cloudfront', 'PreconditionFailed', 412, 'PreconditionFailed', 'm'],
    ['s3control', 'ValidationError', 400, 'InvalidRequest', 'm'],
  ];
  for (const [service, code, status, wireCode, message] of rows) {
    const answer = restXml.encodeFault(loadModel(service), undefined, fault(code, 'm'), 'id');
    assert.equal(answer.status, status, `${service} ${code}`);
    assert.ok(
      String(answer.body).includes(`<Code>${wireCode}</Code><Message>${message}</Message>`),
      String(answer.body),
    );
  }
});
