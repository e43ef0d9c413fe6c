import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { credentials, makeClientConstructor, status } from '@grpc/grpc-js';
import { keyManagementService } from '../src/kubernetes/key-management-service.ts';
import { rootCredentials, type TestServer, testServer } from '../src/testing/server.ts';
import { bulwark } from './bulwark.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-k8s-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Starts the command and waits until it says where it listens. */
const startProvider = async (server: TestServer, keyArn: string): Promise<string> => {
  const socket = join(directory, 'kms.sock');
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const flags = ['--key-id', keyArn, '--socket', socket, '--endpoint', server.url, '--encryption-context', 'cluster=a'];
  const child: ChildProcess = spawn(process.execPath, [main, 'k8s-kms-provider', ...flags], {
    env: { AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId, AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  after(() => child.kill('SIGTERM'));
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => chunk.includes('unix://') && resolve());
    child.stderr!.on('data', (chunk: Buffer) => reject(new Error(chunk.toString())));
  });
  child.stderr!.removeAllListeners('data').resume();
  return socket;
};

describe('bulwark k8s-kms-provider', async () => {
  const server = await testServer();
  const kms = server.client(KMSClient);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const { Arn, KeyId } = KeyMetadata!;
  const socket = await startProvider(server, Arn!);
  const client = new (makeClientConstructor(keyManagementService(), 'v2'))(
    `unix:${socket}`,
    credentials.createInsecure(),
  );
  after(() => client.close());
  // biome-ignore lint/suspicious/noExplicitAny: methods of the service by name, each with its own answer
  const call = (method: string, request: object): Promise<any> =>
    new Promise((resolve, reject) =>
      client[method]!(request, (error: Error | null, answer: unknown) => (error ? reject(error) : resolve(answer))),
    );

  it('is reached by its own user only', () => assert.equal(statSync(socket).mode & 0o777, 0o600));

  it('says which key it has, and whether it can be used', async () => {
    const healthy = await call('Status', {});
    assert.deepEqual([healthy.version, healthy.healthz], ['v2', 'ok']);
    assert.ok(healthy.keyId.startsWith(Arn));
    await kms.send(new DisableKeyCommand({ KeyId }));
    assert.equal((await call('Status', {})).healthz, 'the key is Disabled');
    await kms.send(new EnableKeyCommand({ KeyId }));
  });

  it('encrypts and decrypts by KMS, which journals it with the context', async () => {
    const plaintext = Buffer.from('seed of a data key');
    const encrypted = await call('Encrypt', { plaintext, uid: 'a1' });
    assert.equal(encrypted.ciphertext.includes(plaintext), false);
    assert.ok(encrypted.ciphertext.length < 1024);
    const { ciphertext, keyId } = encrypted;
    assert.deepEqual((await call('Decrypt', { ciphertext, keyId, uid: 'a2' })).plaintext, plaintext);
    const [record] = await server.journal('Decrypt');
    assert.deepEqual((record!.requestParameters as { encryptionContext: object }).encryptionContext, { cluster: 'a' });
  });

  it('refuses what it did not encrypt', async () => {
    const foreign = call('Decrypt', { ciphertext: Buffer.alloc(200, 7), keyId: Arn, uid: 'a3' });
    await assert.rejects(foreign, { code: status.INVALID_ARGUMENT });
  });

  it('says what is missing', async () => {
    const { exitCode, stderr } = await bulwark('k8s-kms-provider', '--key-id', 'alias/app', '--socket', socket);
    assert.equal(exitCode, 2);
    assert.match(stderr, /key-id: expected the ARN/);
  });
});
