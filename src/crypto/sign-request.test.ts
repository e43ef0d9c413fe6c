import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { signRequest } from './sign-request.ts';

/** S3 API reference, "Signature Calculations for the Authorization Header", examples. */
const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const host = 'examplebucket.s3.amazonaws.com';
const at = new Date('2013-05-24T00:00:00Z');

for (const { what, method = 'GET', path = '/', query = {}, headers = {}, body = '', signature } of [
  {
    what: 'GetObject',
    path: '/test.txt',
    headers: { range: 'bytes=0-9' },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    what: 'PutObject',
    method: 'PUT',
    path: '/test%24file.text',
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    body: 'Welcome to Amazon S3.',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    what: 'GetBucketLifecycle',
    query: { lifecycle: '' },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    what: 'ListObjects',
    query: { prefix: 'J', 'max-keys': '2' },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
] satisfies {
  what: string;
  method?: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  signature: string;
}[]) {
  test(`signs ${what} as the S3 API reference does`, () => {
    const bodyHash = hash('sha256', body);
    const signed = signRequest(
      { method, path, query, headers: { ...headers, host, 'x-amz-content-sha256': bodyHash }, bodyHash },
      key,
      { region: 'us-east-1', service: 's3' },
      at,
    );
    assert.equal(signed.authorization?.split('Signature=')[1], signature);
  });
}

test('signs the session token with the rest', () => {
  const request = { method: 'GET', path: '/', headers: { host }, bodyHash: hash('sha256', '') };
  const { authorization, ...headers } = signRequest(
    request,
    { ...key, sessionToken: 'token' },
    { region: 'us-east-1', service: 's3' },
    at,
  );
  assert.equal(headers['x-amz-security-token'], 'token');
  assert.match(authorization!, /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
});
