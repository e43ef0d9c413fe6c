import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import * as s3 from '@aws-sdk/client-s3';
import { loadModel } from '../../src/model/model.ts';
import type { HttpRequest } from '../../src/wire/http-message.ts';
import { restXml } from '../../src/wire/protocols/rest-xml.ts';
import { sdkCommand, sdkLoopback } from './sdk-loopback.ts';

const putObject = loadModel('s3').findOperation('PutObject')!;
const body = Buffer.from('0123456789'.repeat(10_000));

const members = { CRC32: 'ChecksumCRC32', CRC32C: 'ChecksumCRC32C', SHA1: 'ChecksumSHA1', SHA256: 'ChecksumSHA256' };

for (const [algorithm, member] of Object.entries(members)) {
  for (const streamed of [false, true]) {
    test(`takes a ${streamed ? 'streamed' : 'whole'} body with its ${algorithm} as the official client sends it`, async () => {
      const { client, answerWith } = sdkLoopback(s3, 'S3', { forcePathStyle: true, requestStreamBufferSize: 65_536 });
      let sent: HttpRequest | undefined;
      let input: Record<string, unknown> = {};
      answerWith((request) => {
        sent = request;
        input = restXml.decode(putObject, request) as Record<string, unknown>;
        return restXml.encode(putObject, {}, '8b5f0c5e-0000-4000-8000-000000000000');
      });
      const Body = streamed ? Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]) : body;
      const command = { Bucket: 'b', Key: 'k', Body, ContentLength: body.length, ChecksumAlgorithm: algorithm };
      await client.send(sdkCommand(s3, 'PutObject', command));
      assert.equal(sent?.headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true, streamed);
      assert.ok(body.equals(input.Body as Buffer));
      assert.match(String(input[member]), /^[A-Za-z0-9+/]+=*$/);
      assert.equal(input.ContentEncoding, undefined);
    });
  }
}
