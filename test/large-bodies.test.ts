import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { testServer } from '../src/testing/server.ts';

const megabytes = (count: number): string => 'x'.repeat(count * 1_000_000);
const tooLarge = (maxBytes: number) => `The request body must not be larger than ${maxBytes} bytes`;

describe('a request body above the limit', async () => {
  const server = await testServer();
  const kms = server.client(KMSClient);

  it('gets the JSON protocol’s error, and the client goes on', async () => {
    const large = kms.send(new EncryptCommand({ KeyId: 'alias/a', Plaintext: Buffer.alloc(2_000_000) }));
    await assert.rejects(large, (error: Error & { $metadata: { httpStatusCode: number; requestId: string } }) => {
      assert.deepEqual([error.name, error.message], ['RequestEntityTooLargeException', tooLarge(1_048_576)]);
      assert.equal(error.$metadata.httpStatusCode, 413);
      assert.ok(error.$metadata.requestId);
      return true;
    });
  });

  it('gets the Query protocol’s error', async () => {
    const input = { PolicyName: 'p', PolicyDocument: megabytes(11) };
    await assert.rejects(server.client(IAMClient).send(new CreatePolicyCommand(input)), {
      name: 'RequestEntityTooLarge',
      message: tooLarge(10_000_000),
    });
  });

  it('gets the service’s own error in REST-JSON', async () => {
    const input = { FunctionName: 'f', Payload: Buffer.alloc(80_000_000) };
    await assert.rejects(server.client(LambdaClient).send(new InvokeCommand(input)), {
      name: 'RequestTooLargeException',
    });
  });

  /** @returns the whole answer to a head that promises a body of two megabytes, and asks first */
  const asked = (...headers: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
      after(() => socket.destroy());
      let text = '';
      socket.setEncoding('latin1');
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
      const common = ['Host: h', 'Expect: 100-continue', 'Content-Length: 20000000'];
      socket.write(`${['POST / HTTP/1.1', ...common, ...headers].join('\r\n')}\r\n\r\n`);
    });

  it('gets it before it is sent, where the client asks', async () => {
    const answer = await asked('X-Amz-Target: TrentService.Encrypt', 'Content-Type: application/x-amz-json-1.1');
    assert.match(answer, /^HTTP\/1\.1 413 .*\r\n\r\n\{"__type":"RequestEntityTooLargeException","message":"[^"]+"\}$/s);
  });

  it('gets 413 and nothing else from STS, as AWS answers', async () => {
    const scope = 'Credential=AKIAAAAAAAAAAAAAAAAA/20260101/us-east-1/sts/aws4_request';
    const answer = await asked(
      `Authorization: AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=00`,
      'Content-Type: application/x-www-form-urlencoded',
    );
    assert.match(answer, /^HTTP\/1\.1 413 .*Content-Length: 0\r\n.*\r\n\r\n$/s);
    assert.ok((await server.client(STSClient).send(new GetCallerIdentityCommand({}))).Arn);
  });
});
