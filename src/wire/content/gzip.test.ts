import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { cbor } from '@smithy/core/cbor';
import { Fault, fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { awsQuery } from '../protocols/aws-query.ts';
import { rpcV2Cbor } from '../protocols/rpc-v2-cbor.ts';
import { inflatedBody, maxInflatedBytes } from './gzip.ts';

const request = (body: Uint8Array, encoding?: string): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: encoding === undefined ? {} : { 'content-encoding': encoding },
  body: Buffer.from(body),
  remoteAddress: '127.0.0.1',
  secure: false,
});

test('takes plain and compressed bodies in every protocol of a service', () => {
  const operation = loadModel('cloudwatch').findOperation('PutMetricData')!;
  const input = { Namespace: 'n' };
  const bodies = [
    [awsJson, JSON.stringify(input)],
    [awsQuery, 'Action=PutMetricData&Version=2010-08-01&Namespace=n'],
    [rpcV2Cbor, cbor.serialize(input)],
  ] as const;
  for (const [protocol, body] of bodies) {
    assert.deepEqual(protocol.decode(operation, request(Buffer.from(body))), input);
    assert.deepEqual(protocol.decode(operation, request(gzipSync(body), 'gzip')), input);
  }
});

const refusals: readonly [what: string, body: Buffer, encoding: string, code: string][] = [
  ['a body that is no gzip', Buffer.from('{}'), 'gzip', 'Serialization'],
  ['nothing', Buffer.alloc(0), 'gzip', 'Serialization'],
  ['a body that is cut off', gzipSync('{}').subarray(0, 12), 'gzip', 'Serialization'],
  ['a wrong checksum', Buffer.concat([gzipSync('{}').subarray(0, -8), Buffer.alloc(8)]), 'gzip', 'Serialization'],
  ['another encoding', gzipSync('{}'), 'br', 'Serialization'],
  ['an encoding twice', gzipSync(gzipSync('{}')), 'gzip, gzip', 'Serialization'],
];

for (const [what, body, encoding, code] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => inflatedBody(request(body, encoding)),
      (error) => error instanceof Fault && error.code === code,
    );
  });
}

test('refuses a bomb before it takes the memory', () => {
  const bomb = gzipSync(Buffer.alloc(10 * maxInflatedBytes));
  const before = process.memoryUsage().arrayBuffers;
  assert.throws(() => inflatedBody(request(bomb, 'gzip')), fault('RequestEntityTooLarge'));
  assert.ok(process.memoryUsage().arrayBuffers - before < 4 * maxInflatedBytes);
});
