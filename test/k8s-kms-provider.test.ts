import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { credentials, makeClientConstructor, status } from '@grpc/grpc-js';
import { keyManagementService } from '../src/kubernetes/key-management-service.ts';
import { rootCredentials, type TestServer, testServer } from '../src/testing/server.ts';
import { bulwark, run } from './bulwark.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-k8s-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Starts the command and waits until it says where it listens. */
const startProvider = async (server: TestServer, keyArn: string, name = 'kms.sock'): Promise<string> => {
  const socket = join(directory, name);
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
  const clientOf = (path: string) => {
    const made = new (makeClientConstructor(keyManagementService(), 'v2'))(
      `unix:${path}`,
      credentials.createInsecure(),
    );
    after(() => made.close());
    return made;
  };
  const client = clientOf(socket);
  // biome-ignore lint/suspicious/noExplicitAny: methods of the service by name, each with its own answer
  const call = (method: string, request: object, provider = client): Promise<any> =>
    new Promise((resolve, reject) =>
      provider[method]!(request, (error: Error | null, answer: unknown) => (error ? reject(error) : resolve(answer))),
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

  it('decrypts what was encrypted under the key that its alias named before', async () => {
    const AliasName = 'alias/etcd';
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
    const aliasArn = Arn!.replace(/key\/.*/, AliasName);
    const aliased = clientOf(await startProvider(server, aliasArn, 'aliased.sock'));
    const plaintext = Buffer.from('seed of a data key');
    const before = await call('Encrypt', { plaintext, uid: 'b1' }, aliased);
    const { KeyMetadata: fresh } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: fresh!.KeyId }));
    assert.ok((await call('Status', {}, aliased)).keyId.startsWith(fresh!.Arn));
    const { ciphertext, keyId } = before;
    assert.deepEqual((await call('Decrypt', { ciphertext, keyId, uid: 'b2' }, aliased)).plaintext, plaintext);
  });

  it('says what is missing', async () => {
    const { exitCode, stderr } = await bulwark('k8s-kms-provider', '--key-id', 'alias/app', '--socket', socket);
    assert.equal(exitCode, 2);
    assert.match(stderr, /key-id: expected the ARN/);
  });

  it('says where a socket cannot be, and whether the key can be used, when it starts', async () => {
    const ids = {
      AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    };
    const main = join(import.meta.dirname, '..', 'src', 'main.ts');
    const flags = ['k8s-kms-provider', '--key-id', Arn!, '--endpoint', server.url];
    const nowhere = join(directory, 'absent', 'kms.sock');
    const { exitCode, stderr } = await run(process.execPath, [main, ...flags, '--socket', nowhere], { env: ids });
    assert.equal(exitCode, 2);
    assert.match(stderr, /socket: .*absent\/kms\.sock cannot be made: ENOENT/);
    const absent = `${Arn!.slice(0, -4)}0000`;
    await assert.rejects(startProvider(server, absent, 'absent.sock'), /status: .*NotFoundException/);
  });
});
