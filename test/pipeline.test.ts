import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IAMClient, ListUserTagsCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DescribeKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { rootCredentials, testServer } from '../src/testing/server.ts';

const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

describe('the pipeline', async () => {
  const server = await testServer({ persistent: true });
  const root = server.client(KMSClient);
  const { KeyMetadata } = await root.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata!.KeyId!;
  const Plaintext = Buffer.from('attack at dawn');

  it('journals a call that succeeded, without what is sensitive', async () => {
    await root.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { purpose: 'test' } }));
    const record = (await server.journal('Encrypt')).at(-1)!;
    assert.deepEqual(record.requestParameters, {
      keyId: KeyId,
      encryptionContext: { purpose: 'test' },
    });
    assert.deepEqual(
      [record.eventSource, record.readOnly, record.responseElements, record.errorCode],
      ['kms.amazonaws.com', true, null, undefined],
    );
    assert.deepEqual(record.resources, [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: KeyMetadata!.Arn }]);
    assert.deepEqual(record.userIdentity, {
      type: 'Root',
      principalId: '111122223333',
      arn: 'arn:aws:iam::111122223333:root',
      accountId: '111122223333',
      accessKeyId: rootCredentials.accessKeyId,
    });
  });

  it('journals a call that was denied, with the reason', async () => {
    const bob = server.client(KMSClient, await server.user('bob'));
    await assert.rejects(bob.send(new EncryptCommand({ KeyId, Plaintext })), { name: 'AccessDeniedException' });
    const record = (await server.journal('Encrypt')).at(-1)!;
    assert.equal(record.errorCode, 'AccessDenied');
    assert.match(record.errorMessage!, /because no identity-based policy allows the kms:Encrypt action$/);
    assert.equal(record.userIdentity.userName, 'bob');
  });

  it('journals no request that did not prove who sent it', async () => {
    const before = (await server.journal()).length;
    const forger = server.client(STSClient, { ...rootCredentials, secretAccessKey: 'wrong' });
    await assert.rejects(forger.send(new GetCallerIdentityCommand({})), { name: 'SignatureDoesNotMatch' });
    assert.equal((await server.journal()).length, before);
  });

  it('answers "not found" only to those who may ask', async () => {
    const absent = new DescribeKeyCommand({ KeyId: '11111111-2222-4333-8444-555555555555' });
    await assert.rejects(root.send(absent), { name: 'NotFoundException' });
    const carol = server.client(KMSClient, await server.user('carol', allow('kms:ListKeys')));
    await assert.rejects(carol.send(absent), { name: 'AccessDeniedException' });
  });

  it('gives the answer the request id of the journal record', async () => {
    const { $metadata } = await root.send(new DescribeKeyCommand({ KeyId }));
    assert.equal((await server.journal('DescribeKey')).at(-1)!.requestID, $metadata.requestId);
  });

  it('runs calls side by side that all change their own caller, and refuses none', async () => {
    const dora = server.client(IAMClient, await server.user('dora', allow('iam:TagUser')));
    const names = Array.from({ length: 40 }, (_, n) => `tag-${n}`).sort();
    const tag = (Value: string) => (Key: string) =>
      dora.send(new TagUserCommand({ UserName: 'dora', Tags: [{ Key, Value }] }));
    await Promise.all(names.map(tag('over new connections')));
    await Promise.all(names.map(tag('over open ones - together')));
    const { Tags } = await server.client(IAMClient).send(new ListUserTagsCommand({ UserName: 'dora' }));
    assert.deepEqual(
      Tags!.map(({ Key, Value }) => [Key, Value]).sort(),
      names.map((name) => [name, 'over open ones - together']),
    );
  });
});
