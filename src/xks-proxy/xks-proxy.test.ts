import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { testServer } from '../testing/server.ts';
import { sign } from '../testing/sign.ts';
import { testXksProxy } from '../testing/xks-proxy.ts';

const holder = await testServer();
const kms = holder.client(sdk.KMSClient);
const { KeyMetadata } = await kms.send(
  new sdk.CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
);
const proxy = await testXksProxy(holder, { key: KeyMetadata!.Arn!, same: KeyMetadata!.Arn! });
const limited = await testXksProxy(holder, { key: KeyMetadata!.Arn! }, { requestsPerSecond: 2 });

const requestMetadata = { kmsRequestId: 'a1', kmsOperation: 'Encrypt', awsPrincipalArn: 'arn:aws:iam::1:user/a' };
const plaintext = Buffer.from('Hello World!').toString('base64');
const additionalAuthenticatedData = Buffer.from('project=nile,department=marketing').toString('base64');
const encrypting = { requestMetadata, plaintext, additionalAuthenticatedData, encryptionAlgorithm: 'AES_GCM' };

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

const send = (
  operation: string,
  body: object | string,
  { at = proxy, method = 'POST', secret = '', service = 'kms-xks-proxy' } = {},
): Promise<Answer> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const path = operation.startsWith('/') ? operation : `${at.path}/${operation}`;
  const unsigned = { method, path, headers: { host: 'xks.example.com' }, body: text };
  const key = { accessKeyId: at.credential.AccessKeyId, secretAccessKey: secret || at.credential.RawSecretAccessKey };
  const headers = { ...sign(unsigned, key, { region: 'eu-west-2', service }), 'content-length': text.length };
  const ca = readFileSync(at.caFile);
  const options = { host: '127.0.0.1', port: at.port, servername: 'xks.example.com', ca, method, path, headers };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, agent: false }, async (response) => {
      const answer = (await response.toArray()).join('');
      resolve({ status: response.statusCode!, body: JSON.parse(answer || '{}') });
    });
    outgoing.on('error', reject).end(text);
  });
};

const encrypted = async (): Promise<Answer['body']> => (await send('keys/key/encrypt', encrypting)).body;
const decrypting = (sealed: Answer['body'], more: object = {}) => ({
  requestMetadata,
  additionalAuthenticatedData,
  encryptionAlgorithm: 'AES_GCM',
  ...sealed,
  ...more,
});

describe('bulwark xks-proxy', () => {
  test('describes its keys and its health as KMS wants them', async () => {
    const metadata = await send('keys/key/metadata', { requestMetadata });
    assert.deepEqual(metadata.body, { keySpec: 'AES_256', keyUsage: ['ENCRYPT', 'DECRYPT'], keyStatus: 'ENABLED' });
    const health = await send('health', { requestMetadata });
    assert.deepEqual([health.status, health.body.xksProxyFleetSize], [200, 1]);
  });

  test('encrypts to a ciphertext as long as the plaintext, a tag of 16 bytes and an IV that is never the same', async () => {
    const [first, second] = [await encrypted(), await encrypted()];
    const bytes = (name: string): Buffer => Buffer.from(first[name]!, 'base64');
    assert.deepEqual(
      ['ciphertext', 'authenticationTag', 'initializationVector'].map((name) => bytes(name).length),
      [12, 16, 16],
    );
    assert.notEqual(first.initializationVector, second.initializationVector);
    assert.equal(first.ciphertextDataIntegrityValue, undefined);
    assert.equal((await send('keys/key/decrypt', decrypting(first))).body.plaintext, plaintext);
  });

  test('answers the integrity value over all that it made, where it is asked for', async () => {
    const asking = { ...encrypting, ciphertextDataIntegrityValueAlgorithm: 'SHA_256' };
    const { body } = await send('keys/key/encrypt', asking);
    const parts = [additionalAuthenticatedData, body.ciphertextMetadata, body.initializationVector];
    const hash = createHash('sha256');
    for (const part of [...parts, body.ciphertext, body.authenticationTag]) hash.update(Buffer.from(part!, 'base64'));
    assert.equal(body.ciphertextDataIntegrityValue, hash.digest('base64'));
  });

  test('refuses what it did not encrypt, under this key and with this data', async () => {
    const sealed = await encrypted();
    const flipped = (name: string): object => {
      const bytes = Buffer.from(sealed[name]!, 'base64');
      bytes[0]! ^= 1;
      return { [name]: bytes.toString('base64') };
    };
    const members = ['ciphertext', 'authenticationTag', 'initializationVector', 'ciphertextMetadata'];
    const changes = [...members.map(flipped), { ciphertextMetadata: undefined }];
    for (const change of [...changes, { additionalAuthenticatedData: undefined }]) {
      const { status, body } = await send('keys/key/decrypt', decrypting(sealed, change));
      assert.deepEqual([status, body.errorName], [400, 'InvalidCiphertextException'], JSON.stringify(change));
    }
    const other = await send('keys/same/decrypt', decrypting(sealed));
    assert.equal(other.body.errorName, 'InvalidCiphertextException');
  });

  const refusals: readonly (readonly [string, number, string | undefined, () => Promise<Answer>])[] = [
    ['another secret', 401, 'AuthenticationFailedException', () => send('health', {}, { secret: 'B'.repeat(44) })],
    ['another service', 401, 'AuthenticationFailedException', () => send('health', {}, { service: 'kms' })],
    ['GET', 405, undefined, () => send('health', '', { method: 'GET' })],
    ['another path', 404, 'InvalidUriPathException', () => send('/kms/xks/v1/health', { requestMetadata })],
    ['an unknown key', 404, 'KeyNotFoundException', () => send('keys/none/metadata', { requestMetadata })],
    ['no request metadata', 400, 'ValidationException', () => send('health', {})],
    ['no JSON', 400, 'ValidationException', () => send('health', 'no')],
    [
      'another algorithm',
      400,
      'ValidationException',
      () => send('keys/key/encrypt', { ...encrypting, encryptionAlgorithm: 'AES_CBC' }),
    ],
    ['no base64', 400, 'ValidationException', () => send('keys/key/encrypt', { ...encrypting, plaintext: '*' })],
    [
      'too long data',
      501,
      'UnsupportedOperationException',
      () =>
        send('keys/key/encrypt', { ...encrypting, additionalAuthenticatedData: Buffer.alloc(8193).toString('base64') }),
    ],
  ];
  for (const [what, status, name, ask] of refusals) {
    test(`refuses ${what} with ${status}`, async () => {
      const answer = await ask();
      assert.deepEqual([answer.status, answer.body.errorName], [status, name]);
    });
  }

  test('refuses keys that are disabled', async () => {
    await kms.send(new sdk.DisableKeyCommand({ KeyId: KeyMetadata!.KeyId! }));
    assert.equal((await send('keys/key/metadata', { requestMetadata })).body.keyStatus, 'DISABLED');
    assert.equal((await send('keys/key/encrypt', encrypting)).body.errorName, 'InvalidStateException');
    await kms.send(new sdk.EnableKeyCommand({ KeyId: KeyMetadata!.KeyId! }));
  });

  test('refuses more requests a second than it may answer', async () => {
    const asked = Array.from({ length: 6 }, () => send('keys/key/metadata', { requestMetadata }, { at: limited }));
    const answers = await Promise.all(asked);
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0);
    assert.equal(refused[0]!.body.errorName, 'ThrottlingException');
  });

  test('logs who asked for what and never a plaintext', () => {
    const logged = JSON.stringify(proxy.lines);
    assert.ok(logged.includes('arn:aws:iam::1:user/a'));
    assert.ok(!logged.includes(plaintext) && !logged.includes('Hello World!'));
  });
});
