import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KmsSettings, SealSettings } from '../src/seal/method.ts';
import { initializeSeal, readRootKey } from '../src/seal/seal.ts';
import { SealError, WrongSecret } from '../src/seal/seal-error.ts';
import { testServer } from '../src/testing/server.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-seal-kms-'));
after(() => rmSync(root, { recursive: true, force: true }));

describe('a seal by the KMS of another Bulwark', async () => {
  const server = await testServer();
  const kms = server.client(KMSClient);
  const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
  const keyArn = await newKey();
  const unsealer = await server.user('unsealer', {
    Effect: 'Allow',
    Action: ['kms:Encrypt', 'kms:Decrypt'],
    Resource: keyArn,
  });
  const settings = (own: Partial<KmsSettings> = {}): SealSettings => ({
    shares: { threshold: 2, total: 3 },
    kms: { keyArn, endpoint: server.url, ...unsealer, ...own },
  });
  const data = join(root, 'data');
  const refuses = (own: Partial<KmsSettings>, kind: typeof SealError, says: RegExp) =>
    assert.rejects(readRootKey(data, settings(own)), (error) => error instanceof kind && says.test(error.message));

  it('opens by itself at every start, and stands in the audit journal of that KMS', async () => {
    await initializeSeal(data, { method: 'kms', settings: settings() });
    const rootKey = await readRootKey(data, settings());
    assert.ok(rootKey.equals(await readRootKey(data, settings())));
    const [decrypted] = await server.journal('Decrypt');
    assert.match(JSON.stringify(decrypted!.requestParameters), /bulwark:seal/);
  });

  it('says why it does not open: disabled key, denied, wrong signature, another key, nobody there', async () => {
    await kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    await refuses({}, SealError, /DisabledException/);
    await kms.send(new EnableKeyCommand({ KeyId: keyArn }));
    await refuses(await server.user('stranger'), SealError, /AccessDenied/);
    await refuses({ secretAccessKey: 'wrong' }, SealError, /InvalidSignature/);
    const other = await newKey();
    const root = { accessKeyId: 'AKIATESTROOTACCESSKEY', secretAccessKey: 'test-root-secret-access-key-0123456789' };
    await refuses({ keyArn: other, ...root }, WrongSecret, /IncorrectKey/);
    await refuses({ endpoint: 'http://127.0.0.1:9' }, SealError, /cannot be reached/);
  });

  it('never speaks to a KMS elsewhere without TLS', () =>
    refuses({ endpoint: 'http://kms.example.com' }, SealError, /https/));
});
