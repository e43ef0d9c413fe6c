import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateKeyCommand, KMSClient, ListResourceTagsCommand, TagResourceCommand } from '@aws-sdk/client-kms';
import { Draws } from '../src/crypto/draws.ts';
import { OffsetClock } from '../src/kernel/clock.ts';
import { Pipeline } from '../src/kernel/pipeline.ts';
import { servicesOn } from '../src/service-set.ts';
import { rates } from '../src/services/kms/request-quotas.ts';
import { openStore } from '../src/store/open.ts';
import { testServer } from '../src/testing/server.ts';

test('calls that a run makes are events of their own, however often it is repeated', async () => {
  const store = await openStore({ data: ':memory:' });
  const { identity, all } = servicesOn(store);
  const pipeline = new Pipeline({
    store,
    clock: new OffsetClock(0),
    identities: identity.identities,
    services: all,
    report: (error) => assert.fail(error as Error),
  });
  const account = '111122223333';
  const caller = {
    kind: 'root',
    account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
    accessKeyId: 'x',
  } as const;
  const ask = () =>
    pipeline.run({
      service: 'sts',
      operation: 'GetCallerIdentity',
      region: 'us-east-1',
      requestId: 'a request',
      origin: { sourceIp: 'lambda.amazonaws.com', userAgent: 'lambda.amazonaws.com', secure: true },
      authenticate: () => caller,
      decode: () => ({}),
    });
  const draws = new Draws();
  for (let run = 0; run < 2; run++) assert.ok(!(await draws.repeat(ask)).fault);
  const records = (await store.readLog(0, 10)).map(({ text }) => JSON.parse(text));
  assert.equal(new Set(records.map(({ eventID }) => eventID)).size, 2);
  await store.close();
});

test('a request counts against its quotas once, however often it is run', async () => {
  const { value } = rates.find(({ name }) => name === 'TagResource request rate')!;
  assert.ok(typeof value === 'number');
  const server = await testServer({ throttling: 'on' });
  const kms = server.client(KMSClient);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata!.KeyId!;
  const list = () => kms.send(new ListResourceTagsCommand({ KeyId }));
  await Promise.all(Array.from({ length: value }, list));
  // Over open connections, what changes one key arrives together: all but one of the requests are run again.
  const tag = (_: unknown, n: number) =>
    kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: `tag-${n}`, TagValue: 'x' }] }));
  await Promise.all(Array.from({ length: value }, tag));
  const { Tags } = await list();
  assert.equal(Tags!.length, value);
});
