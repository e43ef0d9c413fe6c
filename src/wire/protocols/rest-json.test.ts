import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { findRoute } from './http-route.ts';
import { restJson } from './rest-json.ts';

const request = (line: string, body = '', headers: Record<string, string> = {}): HttpRequest => {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  return { method, path, query, headers, body: Buffer.from(body), remoteAddress: '127.0.0.1', secure: false };
};

const lambda = loadModel('lambda');

const decode = (line: string, body?: string, headers?: Record<string, string>): unknown => {
  const sent = request(line, body, headers);
  const operation = findRoute(lambda, sent);
  assert.ok(operation);
  return JSON.parse(JSON.stringify(restJson.decode(operation, sent)));
};

test('takes labels, query parameters and headers from where they are bound', () => {
  assert.deepEqual(decode('GET /2015-03-31/functions/arn%3Aaws%3Alambda/?Qualifier=a%20b+c'), {
    FunctionName: 'arn:aws:lambda',
    Qualifier: 'a b c',
  });
  assert.deepEqual(decode('DELETE /2017-03-31/tags/arn?tagKeys=a&tagKeys=b'), { Resource: 'arn', TagKeys: ['a', 'b'] });
  assert.deepEqual(decode('POST /2015-03-31/functions/f/invocations', '', { 'x-amz-invocation-type': 'Event' }), {
    FunctionName: 'f',
    InvocationType: 'Event',
  });
});

test('takes every parameter that no other member has into a map, except those of a signature', () => {
  const path = '/restapis/r/stages/s/exports/swagger';
  const operation = loadModel('apigateway').findOperation('GetExport')!;
  const signature = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Credential=c&X-Amz-Date=d',
    'X-Amz-Expires=900&X-Amz-Security-Token=t&X-Amz-Signature=s&X-Amz-SignedHeaders=host',
  ];
  const sent = request(`GET ${path}?X-Amz-foo=x&extensions=y&${signature.join('&')}`);
  assert.deepEqual(JSON.parse(JSON.stringify(restJson.decode(operation, sent))), {
    restApiId: 'r',
    stageName: 's',
    exportType: 'swagger',
    parameters: { 'X-Amz-foo': 'x', extensions: 'y' },
  });
});

test('never takes from the body what is bound elsewhere', () => {
  const body = '{"FunctionName":"other","Description":"d"}';
  assert.deepEqual(decode('PUT /2015-03-31/functions/f/configuration', body), { FunctionName: 'f', Description: 'd' });
});

test('takes an empty body for no members', () => {
  assert.deepEqual(decode('PUT /2015-03-31/functions/f/configuration'), { FunctionName: 'f' });
  assert.deepEqual(decode('PUT /2015-03-31/functions/f/configuration', ' '), { FunctionName: 'f' });
});

const refusals: readonly [what: string, line: string, body: string, code: string][] = [
  ['a number that is none', 'GET /2015-03-31/functions?MaxItems=x', '', 'Serialization'],
  ['a number out of range', 'GET /2015-03-31/functions?MaxItems=2147483648', '', 'Serialization'],
  ['a broken percent escape in a label', 'GET /2015-03-31/functions/%zz', '', 'MalformedQueryString'],
  ['a label that is not UTF-8', 'GET /2015-03-31/functions/%ff', '', 'MalformedQueryString'],
  ['a broken percent escape in the query', 'GET /2015-03-31/functions/f?Qualifier=%f', '', 'MalformedQueryString'],
  ['a body that is no JSON', 'PUT /2015-03-31/functions/f/configuration', '{"a"', 'Serialization'],
  ['a duplicate member', 'PUT /2015-03-31/functions/f/configuration', '{"Role":"a","Role":"b"}', 'Serialization'],
  ['a member of another type', 'PUT /2015-03-31/functions/f/configuration', '{"Timeout":"3"}', 'Serialization'],
  [
    'a body nested too deep',
    'PUT /2015-03-31/functions/f/configuration',
    `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'Serialization',
  ],
  ['something after the document', 'PUT /2015-03-31/functions/f/configuration', '{}{}', 'Serialization'],
];

for (const [what, line, body, code] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => decode(line, body),
      (error) => error instanceof Fault && error.code === code,
    );
  });
}

const routes: readonly [
  service: string,
  line: string,
  headers: Record<string, string>,
  operation: string | undefined,
][] = [
  ['lambda', 'GET /2015-03-31/functions/', {}, 'ListFunctions'],
  ['lambda', 'GET /2015-03-31/functions', {}, 'ListFunctions'],
  ['lambda', 'GET /2015-03-31/functions//configuration', {}, undefined],
  ['lambda', 'GET /', {}, undefined],
  ['lambda', 'PATCH /2015-03-31/functions', {}, undefined],
  ['s3', 'GET /', {}, 'ListBuckets'],
  ['s3', 'GET /b', {}, 'ListObjects'],
  ['s3', 'GET /b/', {}, 'ListObjects'],
  ['s3', 'GET /b?list-type=2', {}, 'ListObjectsV2'],
  ['s3', 'GET /b?list-type=3', {}, 'ListObjects'],
  ['s3', 'GET /b?location', {}, 'GetBucketLocation'],
  ['s3', 'GET /b?analytics', {}, 'ListBucketAnalyticsConfigurations'],
  ['s3', 'GET /b?analytics&id=i', {}, 'GetBucketAnalyticsConfiguration'],
  ['s3', 'GET /b/k', {}, 'GetObject'],
  ['s3', 'GET /b//k/', {}, 'GetObject'],
  ['s3', 'GET /b/k?uploadId=u', {}, 'ListParts'],
  ['s3', 'HEAD /b/k', {}, 'HeadObject'],
  ['s3', 'PUT /b/k', {}, 'PutObject'],
  ['s3', 'PUT /b/k', { 'x-amz-copy-source': 'b/o' }, 'CopyObject'],
  ['s3', 'PUT /b/k?partNumber=1&uploadId=u', {}, 'UploadPart'],
  ['s3', 'PUT /b/k?partNumber=1&uploadId=u', { 'x-amz-copy-source': 'b/o' }, 'UploadPartCopy'],
  ['s3', 'POST /b/k?uploads', {}, 'CreateMultipartUpload'],
  ['s3', 'POST /b/k?uploadId=u', {}, 'CompleteMultipartUpload'],
  ['s3', 'DELETE /b/k', {}, 'DeleteObject'],
  ['s3', 'DELETE /b/k?uploadId=u', {}, 'AbortMultipartUpload'],
  ['route53', 'POST /2013-04-01/hostedzone/Z1/rrset/', {}, 'ChangeResourceRecordSets'],
];

for (const [service, line, headers, operation] of routes) {
  const what = Object.keys(headers).length > 0 ? `${line} with ${Object.keys(headers)}` : line;
  test(`${service}: ${what} is ${operation ?? 'no operation'}`, () => {
    assert.equal(findRoute(loadModel(service), request(line, '', headers))?.name, operation);
  });
}

test('writes errors as Lambda and GuardDuty do, with headers where members are bound to them', () => {
  const answer = (service: string, code: string, message: string, members = {}) =>
    restJson.encodeFault(loadModel(service), undefined, fault(code, message, { members }), 'id');
  assert.deepEqual(answer('lambda', 'ResourceNotFoundException', 'Function not found: arn'), {
    status: 404,
    headers: {
      'x-amzn-RequestId': 'id',
      'x-amzn-ErrorType': 'ResourceNotFoundException',
      'Content-Type': 'application/json',
    },
    body: '{"Message":"Function not found: arn","Type":"User"}',
  });
  const throttled = answer('lambda', 'TooManyRequestsException', 'm', { retryAfterSeconds: '3' });
  assert.deepEqual([throttled.status, throttled.headers['Retry-After']], [429, '3']);
  const refused = answer('guardduty', 'BadRequestException', 'm', { Type: 'InvalidInputException' });
  assert.equal(refused.body, '{"message":"m","type":"InvalidInputException"}');
});

test('says common errors under the statuses of REST', () => {
  const rows: readonly [service: string, code: string, status: number, wireCode: string][] = [
    ['lambda', 'AccessDenied', 403, 'AccessDeniedException'],
    ['lambda', 'MissingAuthenticationToken', 403, 'MissingAuthenticationTokenException'],
    ['lambda', 'UnknownOperation', 404, 'UnknownOperationException'],
    ['lambda', 'Throttling', 429, 'TooManyRequestsException'],
    ['lambda', 'ValidationError', 400, 'ValidationException'],
    ['guardduty', 'ValidationError', 400, 'BadRequestException'],
    ['efs', 'ValidationError', 400, 'BadRequest'],
    ['lambda', 'InternalFailure', 500, 'InternalFailure'],
  ];
  for (const [service, code, status, wireCode] of rows) {
    const answer = restJson.encodeFault(loadModel(service), undefined, fault(code, 'm'), 'id');
    assert.deepEqual([answer.status, answer.headers['x-amzn-ErrorType']], [status, wireCode]);
  }
});
