import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateKeyCommand,
  KMSClient,
  ListResourceTagsCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const newKey = async (Tags: Tag[] = []) => (await kms.send(new CreateKeyCommand({ Tags }))).KeyMetadata!.KeyId;
const tag = (KeyId: string | undefined, ...Tags: Tag[]) => kms.send(new TagResourceCommand({ KeyId, Tags }));
const untag = (KeyId: string | undefined, ...TagKeys: string[]) =>
  kms.send(new UntagResourceCommand({ KeyId, TagKeys }));
const tagsOf = async (KeyId: string | undefined) =>
  (await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags!.map(({ TagKey, TagValue }) => `${TagKey}=${TagValue}`);
const numbered = (from: number, to: number): Tag[] =>
  Array.from({ length: to - from }, (_, index) => ({ TagKey: `k${from + index}`, TagValue: 'v' }));

test('tags are added, given other values, removed and listed by key', async () => {
  const key = await newKey([{ TagKey: 'team', TagValue: 'blue' }]);
  await tag(key, { TagKey: 'team', TagValue: 'red' }, { TagKey: 'Team', TagValue: '' });
  assert.deepEqual(await tagsOf(key), ['Team=', 'team=red']);
  await untag(key, 'team', 'absent');
  assert.deepEqual(await tagsOf(key), ['Team=']);
});

test('a key holds 50 tags and no more; a value for one it has is not another', async () => {
  const key = await newKey(numbered(0, 50));
  await tag(key, { TagKey: 'k0', TagValue: 'other' });
  await assert.rejects(tag(key, ...numbered(50, 51)), { name: 'TagException', message: 'Too many tags' });
});

test('tag keys given twice, or reserved to AWS, are refused', async () => {
  const key = await newKey();
  const twice = numbered(1, 2).concat(numbered(1, 2));
  await assert.rejects(tag(key, ...twice), { name: 'TagException', message: 'Duplicate tag keys' });
  await assert.rejects(tag(key, { TagKey: 'aws:mine', TagValue: '' }), { name: 'TagException' });
  await assert.rejects(untag(key, 'AWS:mine'), { name: 'TagException' });
});

test('a page of tags holds at most 50', async () => {
  const KeyId = await newKey(numbered(10, 60));
  const { Tags, NextMarker, Truncated } = await kms.send(new ListResourceTagsCommand({ KeyId, Limit: 30 }));
  assert.deepEqual([Tags!.length, Truncated], [30, true]);
  const rest = await kms.send(new ListResourceTagsCommand({ KeyId, Limit: 30, Marker: NextMarker }));
  assert.deepEqual([rest.Tags!.length, rest.Truncated, rest.NextMarker], [20, false, undefined]);
  await assert.rejects(kms.send(new ListResourceTagsCommand({ KeyId, Limit: 51 })), { name: 'ValidationException' });
});
