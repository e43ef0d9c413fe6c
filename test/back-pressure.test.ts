import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { defaultQueueLimits } from '../src/store/commit-queue.ts';
import { testServer } from '../src/testing/server.ts';

it('throttles in each service’s own words while the disk falls behind, and keeps nothing of what it refused', async () => {
  const server = await testServer();
  const { store } = server.running;
  const { maxCommits } = defaultQueueLimits;
  let full = true;
  const flooding = (async () => {
    for (; full; await turn()) {
      while (store.figures().commits < maxCommits) {
        const tx = store.begin();
        tx.append('{}');
        store.commit(tx).catch(() => {});
      }
    }
  })();
  try {
    await assert.rejects(server.client(KMSClient).send(new CreateKeyCommand({})), { name: 'ThrottlingException' });
    const late = new CreateUserCommand({ UserName: 'late' });
    await assert.rejects(server.client(IAMClient).send(late), { name: 'Throttling' });
    assert.equal(store.figures().refused, 2);
  } finally {
    full = false;
    await flooding;
  }
  const { Keys } = await server.client(KMSClient).send(new ListKeysCommand({}));
  assert.deepEqual(Keys, []);
});
