import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateAccessKeyCommand, CreateUserCommand, DeleteAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, ListKeysCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { rootCredentials, testServer } from '../src/testing/server.ts';

const unknown = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'whatever' });

const post = async (url: string, path: string, body = '', headers = {}) => {
  const answer = await fetch(`${url}/_bulwark/${path}`, { method: 'POST', body, headers });
  return { status: answer.status, text: await answer.text() };
};

describe('open mode', async () => {
  const server = await testServer({ mode: 'open' });

  for (const [id, account] of [
    ['test', '111122223333'],
    ['FOOBARKEY', '111122223333'],
    ['444455556666', '444455556666'],
    ['AKIAIOSFODNN7EXAMPLE', '111122223333'],
  ] as const) {
    it(`lets the unknown key ${id} act as administrator of ${account}`, async () => {
      const identity = await server.client(STSClient, unknown(id)).send(new GetCallerIdentityCommand({}));
      assert.equal(identity.Arn, `arn:aws:iam::${account}:root`);
      const { KeyMetadata } = await server.client(KMSClient, unknown(id)).send(new CreateKeyCommand({}));
      assert.equal(KeyMetadata!.AWSAccountId, account);
    });
  }

  it('verifies keys that it issued and holds them to their policies', async () => {
    const dave = await server.user('dave');
    await assert.rejects(server.client(KMSClient, dave).send(new ListKeysCommand({})), {
      name: 'AccessDeniedException',
    });
    const forged = { ...dave, secretAccessKey: 'wrong' };
    await assert.rejects(server.client(KMSClient, forged).send(new ListKeysCommand({})), {
      name: 'InvalidSignatureException',
    });
  });

  it('trusts nobody under a key that it issued and deleted', async () => {
    const iam = server.client(IAMClient);
    await iam.send(new CreateUserCommand({ UserName: 'erin' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'erin' }));
    const { AccessKeyId, SecretAccessKey } = AccessKey!;
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'erin', AccessKeyId }));
    const former = server.client(STSClient, { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! });
    await assert.rejects(former.send(new GetCallerIdentityCommand({})), { name: 'InvalidClientTokenId' });
  });

  it('fires every timer on the way when the clock is moved, and seeds and wipes state on demand', async () => {
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata!.KeyId, PendingWindowInDays: 7 }));
    assert.equal((await post(server.url, 'clock', '{"advance":"400d"}')).status, 200);
    const ids = async () => (await kms.send(new ListKeysCommand({}))).Keys!.map(({ KeyId }) => KeyId);
    assert.ok(!(await ids()).includes(KeyMetadata!.KeyId));
    assert.equal((await post(server.url, 'seed', 'keys: [{ id: 0509dc31, aliases: [alias/tutorial] }]')).status, 200);
    assert.ok((await ids()).includes('0509dc31'));
    assert.equal((await post(server.url, 'reset')).status, 200);
    assert.deepEqual(await ids(), []);
  });

  for (const [path, body, says] of [
    ['clock', '{"advance":"soon"}', /expected \{"advance":"400d"\}/],
    ['clock', 'not json', /expected/],
    ['clock', '{"advance":"999999999d"}', /year 9999/],
    ['seed', 'keys: [{ id: "a b" }]', /keys\[0\]\.id: expected a key id/],
    ['seed', ': : :', /not YAML/],
  ] as const) {
    it(`refuses ${body} as a ${path} request and says why`, async () => {
      const { status, text } = await post(server.url, path, body);
      assert.equal(status, 400);
      assert.match(text.replaceAll('\\"', '"'), says);
    });
  }

  it('takes no such request from a web page', async () => {
    assert.equal((await post(server.url, 'reset', '', { origin: 'http://example.com' })).status, 403);
  });
});

describe('enforced mode', async () => {
  const server = await testServer();

  it('refuses keys that it did not issue', async () => {
    const stranger = server.client(STSClient, unknown('AKIAIOSFODNN7EXAMPLE'));
    await assert.rejects(stranger.send(new GetCallerIdentityCommand({})), { name: 'InvalidClientTokenId' });
  });

  it('has no test endpoints', async () => {
    for (const path of ['reset', 'clock', 'seed']) assert.equal((await post(server.url, path)).status, 404);
  });

  it('has them where it is told so', async () => {
    const told = await testServer({ 'test-endpoints': true });
    assert.equal((await post(told.url, 'clock', '{"advance":"1h"}')).status, 200);
    await told.client(KMSClient).send(new CreateKeyCommand({}));
    assert.equal((await post(told.url, 'reset')).status, 200);
    const { Keys } = await told.client(KMSClient).send(new ListKeysCommand({}));
    assert.deepEqual(Keys, []);
  });

  it('tells that it is ready', async () => {
    const answer = await fetch(`${server.url}/_bulwark/health`);
    assert.equal(((await answer.json()) as { status: string }).status, 'ready');
  });

  it('has the root access key of its configuration', async () => {
    const { Arn } = await server.client(STSClient, rootCredentials).send(new GetCallerIdentityCommand({}));
    assert.equal(Arn, 'arn:aws:iam::111122223333:root');
  });
});
