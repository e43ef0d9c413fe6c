import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../kernel/fault.ts';
import { checksums } from './checksum.ts';
import { verifyChecksum } from './verify-checksum.ts';

const digestOf = (algorithm: string, ...parts: Uint8Array[]): string => {
  const checksum = checksums[algorithm]!();
  for (const part of parts) checksum.update(part);
  return checksum.digest().toString('hex');
};

/** Check values of the CRC catalogue, and FIPS 180 and RFC 1321 on the same nine digits. */
const checks: readonly [algorithm: string, digest: string][] = [
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ['md5', '25f9e794323b453885f5181f1b624d0b'],
];

for (const [algorithm, digest] of checks) {
  test(`${algorithm} of 123456789 is its published check value`, () => {
    assert.equal(digestOf(algorithm, Buffer.from('123456789')), digest);
  });
}

/** RFC 3720, appendix B.4. */
const castagnoli: readonly [bytes: Buffer, digest: string][] = [
  [Buffer.alloc(32), '8a9136aa'],
  [Buffer.alloc(32, 0xff), '62a8ab43'],
  [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), '46dd794e'],
  [Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)), '113fdb5c'],
];

test('crc32c is that of RFC 3720, appendix B.4', () => {
  for (const [bytes, digest] of castagnoli) assert.equal(digestOf('crc32c', bytes), digest);
});

test('a checksum is the same however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      for (const algorithm of Object.keys(checksums)) {
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)] as const;
        assert.equal(digestOf(algorithm, ...parts), digestOf(algorithm, bytes));
      }
    }),
  );
});

const http = {
  method: 'PUT',
  requestUri: '/',
  responseCode: 200,
  checksumAlgorithmMember: 'ChecksumAlgorithm',
  checksumRequired: true,
  unsignedPayload: false,
};

const crc32 = Buffer.from('cbf43926', 'hex').toString('base64');
const md5 = Buffer.from('25f9e794323b453885f5181f1b624d0b', 'hex').toString('base64');

const verify = (headers: Record<string, string>, required = true): string => {
  try {
    verifyChecksum({ ...http, checksumRequired: required }, headers, Buffer.from('123456789'));
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof Fault);
    return `${error.code}: ${error.message}`;
  }
};

test('takes the right checksum, and none where none is required', () => {
  assert.equal(verify({ 'x-amz-checksum-crc32': crc32 }), 'accepted');
  assert.equal(verify({ 'content-md5': md5 }), 'accepted');
  assert.equal(verify({ 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-type': 'FULL_OBJECT' }), 'accepted');
  assert.equal(verify({}, false), 'accepted');
});

const refusals: readonly [what: string, headers: Record<string, string>, refusal: string][] = [
  [
    'another checksum',
    { 'x-amz-checksum-crc32': 'AAAAAA==' },
    'BadDigest: The CRC32 you specified did not match the calculated checksum.',
  ],
  [
    'another Content-MD5',
    { 'content-md5': Buffer.alloc(16).toString('base64') },
    'BadDigest: The Content-MD5 you specified did not match what we received.',
  ],
  ['a Content-MD5 that is none', { 'content-md5': 'x' }, 'InvalidDigest: The Content-MD5 you specified was invalid.'],
  [
    'a checksum of another length',
    { 'x-amz-checksum-sha256': crc32 },
    'InvalidRequest: Value for x-amz-checksum-sha256 header is invalid.',
  ],
  [
    'a checksum that is no base64',
    { 'x-amz-checksum-crc32': `${crc32} ` },
    'InvalidRequest: Value for x-amz-checksum-crc32 header is invalid.',
  ],
  [
    'two checksums',
    { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-sha1': crc32 },
    'InvalidRequest: Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  ],
  [
    'an algorithm that is not known',
    { 'x-amz-checksum-constructor': crc32 },
    'InvalidRequest: Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5]',
  ],
  ['none', {}, 'InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*'],
  [
    'an algorithm without its checksum',
    { 'x-amz-sdk-checksum-algorithm': 'CRC32' },
    'InvalidRequest: x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  ],
];

for (const [what, headers, refusal] of refusals) {
  test(`refuses ${what} where a checksum is required`, () => assert.equal(verify(headers), refusal));
}
