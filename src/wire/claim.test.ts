import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation, Service } from '../kernel/operation.ts';
import { loadModel } from '../model/model.ts';
import { Claims, nobody } from './claim.ts';
import type { HttpRequest } from './http-message.ts';

/** A service that lists every operation of its model, except those that are left out. */
const service = (name: string, ...leftOut: string[]): Service => ({
  name,
  operations: loadModel(name)
    .operationNames.filter((operation) => !leftOut.includes(operation))
    .map(
      (operation): Operation<string, object, object> => ({
        name: operation,
        access: () => ({ resource: { arn: '*', account: '' } }),
        handle: () => ({}),
      }),
    ),
});

const claims = new Claims(
  [
    ...['kms', 'iam', 'sqs', 'cloudwatch', 'ec2', 's3control', 'route53'].map((name) => service(name)),
    service('s3', 'SelectObjectContent'),
    service('lambda', 'InvokeAsync'),
  ],
  'eu-west-2',
);

const scopeOf = (signingName: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-2/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
});

/** What a request means: protocol and operation, or protocol and the error's code. */
const meaning = (line: string, headers: Record<string, string> = {}, body = ''): string => {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  const sent: HttpRequest = {
    method,
    path,
    query,
    headers: { host: 'localhost:4566', ...headers },
    body: Buffer.from(body),
    remoteAddress: '127.0.0.1',
    secure: false,
  };
  const claim = claims.claim(sent);
  if (claim === nobody) return 'nobody';
  const { protocol, operation } = claim;
  if (operation) return `${protocol.name} ${operation.service.name} ${operation.name}`;
  return `${protocol.name} ${claim.service.name} ${claim.fault.code}: ${claim.fault.message}`;
};

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = (target: string) => ({ 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' });
const cbor = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
const granite = '/service/GraniteServiceVersion20100801/operation';

const meanings: readonly [line: string, headers: Record<string, string>, body: string, meaning: string][] = [
  ['POST /', json('TrentService.Encrypt'), '{}', 'aws-json kms Encrypt'],
  ['POST /', json('AmazonSQS.SendMessage'), '{}', 'aws-json sqs SendMessage'],
  ['POST /', form, 'Action=SendMessage&Version=2012-11-05', 'aws-query sqs SendMessage'],
  [
    'POST /',
    { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' },
    'Action=SendMessage&Version=2012-11-05',
    'aws-query sqs SendMessage',
  ],
  [
    'POST /',
    { ...json('TrentService.Encrypt'), 'content-type': 'APPLICATION/x-amz-json-1.1' },
    '{}',
    'aws-json kms Encrypt',
  ],
  [
    'POST /',
    { ...json('TrentService.Encrypt'), 'content-type': 'text/x-amz-json-1.1' },
    '{}',
    'aws-json kms UnknownOperation: ',
  ],
  ['POST /111122223333/q', form, 'Action=SendMessage&Version=2012-11-05', 'aws-query sqs SendMessage'],
  ['GET /111122223333/q?Action=ReceiveMessage&Version=2012-11-05', {}, '', 'aws-query sqs ReceiveMessage'],
  [
    'POST /111122223333/q',
    { ...form, ...scopeOf('sqs') },
    'Action=Nothing&Version=2012-11-05',
    'aws-query sqs UnknownOperation: Could not find operation Nothing for version 2012-11-05',
  ],
  [
    'POST /111122223333/q',
    { ...form, ...scopeOf('iam') },
    'Action=GetUser&Version=2010-05-08',
    'aws-query iam UnknownOperation: Could not find operation GetUser for version 2010-05-08',
  ],
  [
    'POST /',
    { ...form, ...scopeOf('monitoring') },
    'Action=ListMetrics&Version=2010-08-01',
    'aws-query cloudwatch ListMetrics',
  ],
  ['POST /', json('GraniteServiceVersion20100801.ListMetrics'), '{}', 'aws-json cloudwatch ListMetrics'],
  [`POST ${granite}/ListMetrics`, cbor, '', 'rpc-v2-cbor cloudwatch ListMetrics'],
  [`POST ${granite}/Nothing`, cbor, '', 'rpc-v2-cbor cloudwatch UnknownOperation: '],
  [`GET ${granite}/ListMetrics`, cbor, '', 'rpc-v2-cbor cloudwatch UnknownOperation: '],
  ['POST /', { ...form, ...scopeOf('ec2') }, 'Action=DescribeVpcs&Version=2016-11-15', 'ec2-query ec2 DescribeVpcs'],
  [
    'POST /',
    { ...form, ...scopeOf('ec2') },
    'Action=Nothing&Version=2016-11-15',
    'ec2-query ec2 UnknownOperation: The action Nothing is not valid for this web service.',
  ],
  [
    'POST /',
    { ...form, ...scopeOf('iam') },
    'Action=Nothing&Version=2010-05-08',
    'aws-query iam UnknownOperation: Could not find operation Nothing for version 2010-05-08',
  ],
  ['GET /2015-03-31/functions/f', scopeOf('lambda'), '', 'rest-json lambda GetFunction'],
  [
    'GET /2015-03-31/functions/f?Qualifier=q',
    { host: 'lambda.eu-west-2.amazonaws.com' },
    '',
    'rest-json lambda GetFunction',
  ],
  ['GET /nothing', scopeOf('lambda'), '', 'rest-json lambda UnknownOperation: '],
  ['GET /2015-03-31/functions/%zz?x', scopeOf('lambda'), '', 'rest-json lambda GetFunction'],
  ['GET /2015-03-31/functions?x=%zz', scopeOf('lambda'), '', 'rest-json lambda MalformedQueryString: '],
  [
    'POST /2014-11-13/functions/f/invoke-async',
    scopeOf('lambda'),
    '{}',
    'rest-json lambda UnknownOperation: Bulwark does not support lambda:InvokeAsync yet',
  ],
  ['GET /b/k?Action=x', scopeOf('s3'), '', 'rest-xml s3 GetObject'],
  ['GET /b?list-type=2&prefix=p', scopeOf('s3'), '', 'rest-xml s3 ListObjectsV2'],
  ['GET /v20180820/configuration/publicAccessBlock', scopeOf('s3'), '', 'rest-xml s3control GetPublicAccessBlock'],
  [
    'GET /b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2Feu-west-2%2Fs3%2Faws4_request',
    {},
    '',
    'rest-xml s3 GetObject',
  ],
  ['GET /2013-04-01/hostedzone/Z', { host: 'route53.amazonaws.com' }, '', 'rest-xml route53 GetHostedZone'],
  ['GET /', {}, '', 'nobody'],
  ['GET /', scopeOf('cloudfront'), '', 'rest-xml cloudfront UnknownOperation: Bulwark does not serve cloudfront'],
  ['GET /a/b?c=d', scopeOf('backup'), '', 'rest-json backup UnknownOperation: Bulwark does not serve backup'],
  [
    'POST /',
    { ...json('DynamoDB_20120810.GetItem'), ...scopeOf('dynamodb') },
    '{}',
    'aws-json dynamodb UnknownOperation: Bulwark does not serve dynamodb',
  ],
  [
    'POST /',
    { ...form, ...scopeOf('rds') },
    'Action=DescribeDBInstances&Version=2014-10-31',
    'aws-query rds UnknownOperation: Bulwark does not serve rds',
  ],
  [
    'POST /',
    { ...form, ...scopeOf('iam') },
    'Action=Nothing&Version=2014-10-31',
    'aws-query iam UnknownOperation: Could not find operation Nothing for version 2014-10-31',
  ],
  ['GET /', scopeOf('../patches'), '', 'aws-json kms UnknownOperation: '],
  ['GET /', scopeOf('patches'), '', 'aws-json kms UnknownOperation: Bulwark does not serve patches'],
];

for (const [line, headers, body, expected] of meanings) {
  const how = Object.keys(headers).join(', ');
  test(`${line.slice(0, 80)} ${body} with ${how || 'nothing else'} means ${expected}`, () => {
    assert.equal(meaning(line, headers, body), expected);
  });
}
