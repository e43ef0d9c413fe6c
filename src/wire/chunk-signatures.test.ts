import assert from 'node:assert/strict';
import { createHmac, createSecretKey, hash } from 'node:crypto';
import { test } from 'node:test';
import { fault } from '../kernel/fault.ts';
import { chunkSignatures } from './chunk-signatures.ts';
import { dechunk } from './content/aws-chunked.ts';
import type { HttpRequest } from './http-message.ts';

/** The example of S3's documentation: 66560 bytes of `a` in chunks of 64 KiB and 1 KiB. */
const example = {
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  timestamp: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunks: [
    [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
    [1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
    [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
  ],
} as const;

const signingKey = () => {
  let key: Buffer | string = `AWS4${example.secret}`;
  for (const part of example.scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createSecretKey(key as Buffer);
};

const anchor = () => ({ key: signingKey(), timestamp: example.timestamp, scope: example.scope, seed: example.seed });

const request = (body: Buffer, mode: string, headers: Record<string, string> = {}): HttpRequest => ({
  method: 'PUT',
  path: '/examplebucket/chunkObject.txt',
  query: '',
  headers: { 'x-amz-content-sha256': mode, 'x-amz-decoded-content-length': '66560', ...headers },
  body,
  remoteAddress: '127.0.0.1',
  secure: false,
});

const framed = (chunks: readonly (readonly [number, string])[], tail: string): Buffer =>
  Buffer.from(
    chunks
      .map(
        ([size, signature]) =>
          `${size.toString(16)};chunk-signature=${signature}\r\n${size ? `${'a'.repeat(size)}\r\n` : ''}`,
      )
      .join('') + tail,
  );

const mode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';

test('verifies the chain of the example in S3’s documentation', () => {
  const { body } = dechunk(request(framed(example.chunks, '\r\n'), mode), chunkSignatures(anchor()));
  assert.equal(body.length, 66_560);
});

const tampered: readonly [what: string, change: (body: Buffer) => Buffer][] = [
  [
    'a flipped bit in a chunk',
    (body) => Buffer.concat([body.subarray(0, 1000), Buffer.from('b'), body.subarray(1001)]),
  ],
  [
    'a flipped bit in the last chunk of data',
    (body) => Buffer.from(body.toString('latin1').replace(/aa\r\n0/, 'ab\r\n0')),
  ],
  ['another signature', (body) => Buffer.from(body.toString('latin1').replace('ad80c730', 'ad80c731'))],
  [
    'another signature on the empty chunk',
    (body) => Buffer.from(body.toString('latin1').replace('b6c6ea8a', 'b6c6ea8b')),
  ],
];

for (const [what, change] of tampered) {
  test(`refuses ${what}`, () => {
    const sent = request(change(framed(example.chunks, '\r\n')), mode);
    assert.throws(() => dechunk(sent, chunkSignatures(anchor())), fault('SignatureDoesNotMatch'));
  });
}

test('refuses chunks without signatures, and chunks left out', () => {
  const [first, , last] = example.chunks;
  const unsigned = Buffer.from(`400\r\n${'a'.repeat(1024)}\r\n0\r\n\r\n`);
  assert.throws(
    () => dechunk(request(unsigned, mode, { 'x-amz-decoded-content-length': '1024' }), chunkSignatures(anchor())),
    { code: 'IncompleteBody' },
  );
  const shorter = request(framed([first, last], '\r\n'), mode, { 'x-amz-decoded-content-length': '65536' });
  assert.throws(() => dechunk(shorter, chunkSignatures(anchor())), fault('SignatureDoesNotMatch'));
});

test('verifies signed trailers, and refuses others', () => {
  const trailer = 'x-amz-checksum-crc32c:sOO8/Q==';
  const last = example.chunks[2]![1];
  const stringToSign = `AWS4-HMAC-SHA256-TRAILER\n${example.timestamp}\n${example.scope}\n${last}\n${hash('sha256', `${trailer}\n`)}`;
  const signature = createHmac('sha256', signingKey()).update(stringToSign).digest('hex');
  const sent = (line: string, signed: string) =>
    request(
      framed(example.chunks, `${line}\r\n${signed === '' ? '' : `x-amz-trailer-signature:${signed}\r\n`}\r\n`),
      `${mode}-TRAILER`,
      { 'x-amz-trailer': 'x-amz-checksum-crc32c' },
    );
  const { trailers } = dechunk(sent(trailer, signature), chunkSignatures(anchor()));
  assert.equal(trailers['x-amz-checksum-crc32c'], 'sOO8/Q==');
  const unsigned = ['0'.repeat(64), '00', 'x'].map((wrong) => sent(trailer, wrong));
  for (const refused of [sent('x-amz-checksum-crc32c:AAAAAA==', signature), ...unsigned]) {
    assert.throws(() => dechunk(refused, chunkSignatures(anchor())), fault('SignatureDoesNotMatch'));
  }
  assert.throws(() => dechunk(sent(trailer, ''), chunkSignatures(anchor())), { code: 'MalformedTrailerError' });
});
