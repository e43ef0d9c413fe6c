import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { findRoute } from '../protocols/http-route.ts';
import { restXml } from '../protocols/rest-xml.ts';
import { dechunk, minChunkBytes } from './aws-chunked.ts';

const request = (body: string, headers: Record<string, string | undefined>): HttpRequest => ({
  method: 'PUT',
  path: '/b/k',
  query: '',
  headers: {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    ...headers,
  },
  body: Buffer.from(body),
  remoteAddress: '127.0.0.1',
  secure: false,
});

const length = (bytes: number) => ({ 'x-amz-decoded-content-length': String(bytes) });
const crc = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
const whole = `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n`;

const decode = (body: string, headers: Record<string, string | undefined>): Record<string, unknown> => {
  const sent = request(body, headers);
  return restXml.decode(findRoute(loadModel('s3'), sent)!, sent) as Record<string, unknown>;
};

test('takes the framing off, and verifies the checksum in a trailer', () => {
  const input = decode(whole, { ...length(9), ...crc, 'content-encoding': 'aws-chunked,gzip' });
  assert.equal(String(input.Body), '123456789');
  assert.equal(input.ChecksumCRC32, 'y/Q5Jg==');
  assert.equal(input.ContentEncoding, 'gzip');
  assert.equal(decode(whole, { ...length(9), ...crc }).ContentEncoding, undefined);
});

test('takes several chunks, and an empty body', () => {
  const size = minChunkBytes.toString(16);
  const chunk = `${size}\r\n${'a'.repeat(minChunkBytes)}\r\n`;
  const { body } = dechunk(request(`${chunk}${chunk}1\r\nb\r\n0\r\n\r\n`, length(2 * minChunkBytes + 1)));
  assert.equal(String(body), `${'a'.repeat(2 * minChunkBytes)}b`);
  assert.equal(dechunk(request('0\r\n\r\n', length(0))).body.length, 0);
});

const refusals: readonly [what: string, body: string, headers: Record<string, string | undefined>, code: string][] = [
  ['nothing', '', length(0), 'IncompleteBody'],
  ['a chunk that is cut off', '9\r\n1234', length(9), 'IncompleteBody'],
  ['a chunk without its line end', '9\r\n123456789x', length(9), 'IncompleteBody'],
  ['no last chunk', '9\r\n123456789\r\n', length(9), 'IncompleteBody'],
  ['a size that is none', 'x\r\n\r\n', length(0), 'IncompleteBody'],
  ['a negative size', '-1\r\n\r\n', length(0), 'IncompleteBody'],
  ['an immense size', 'ffffffffffffffffff\r\n', length(9), 'IncompleteBody'],
  ['an endless size', '0'.repeat(100_000), length(9), 'IncompleteBody'],
  ['another extension', '9;x=y\r\n123456789\r\n0\r\n\r\n', length(9), 'IncompleteBody'],
  ['a signature where none belongs', `0;chunk-signature=${'0'.repeat(64)}\r\n\r\n`, length(0), 'IncompleteBody'],
  ['another length than was announced', whole, { ...length(8), ...crc }, 'IncompleteBody'],
  ['something after the end', `${whole}x`, { ...length(9), ...crc }, 'IncompleteBody'],
  ['no announced length', whole, crc, 'MissingContentLength'],
  ['an announced length that is none', whole, { ...crc, 'x-amz-decoded-content-length': 'x' }, 'MissingContentLength'],
  ['small chunks before the last', '1\r\na\r\n1\r\nb\r\n0\r\n\r\n', length(2), 'InvalidChunkSizeError'],
  ['a trailer that was not announced', whole, length(9), 'MalformedTrailerError'],
  ['no trailer where one was announced', '0\r\n\r\n', { ...length(0), ...crc }, 'MalformedTrailerError'],
  [
    'a trailer twice',
    `0\r\n${'x-amz-checksum-crc32:AAAAAA==\r\n'.repeat(2)}\r\n`,
    { ...length(0), ...crc },
    'MalformedTrailerError',
  ],
  ...['x-amz-acl', 'content-type', 'host', 'x-amz-checksum-type', 'x-amz-trailer-signature'].map(
    (name): (typeof refusals)[number] => [
      `the trailer ${name}, though it was announced`,
      `0\r\n${name}:x\r\n\r\n`,
      { ...length(0), 'x-amz-trailer': name },
      'InvalidRequest',
    ],
  ),
  [
    'a checksum as header and trailer',
    whole,
    { ...length(9), ...crc, 'x-amz-checksum-crc32': 'y/Q5Jg==' },
    'InvalidRequest',
  ],
  ['a trailer that is none', '0\r\nx\r\n\r\n', length(0), 'MalformedTrailerError'],
  ['a wrong checksum in a trailer', whole.replace('1234', '4321'), { ...length(9), ...crc }, 'BadDigest'],
];

for (const [what, body, headers, code] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => decode(body, headers),
      (error) => error instanceof Fault && error.code === code,
    );
  });
}
