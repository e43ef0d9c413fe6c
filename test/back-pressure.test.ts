import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { defaultQueueLimits } from '../src/store/commit-queue.ts';
import { databasePath } from '../src/store/engines/sqlite-schema.ts';
import { testServer } from '../src/testing/server.ts';

it('throttles in each service’s own words while the disk stands still, and keeps nothing of what it refused', async () => {
  const server = await testServer({ persistent: true });
  const { store } = server.running;
  const kms = server.client(KMSClient);
  const iam = server.client(IAMClient);
  await kms.send(new ListKeysCommand({}));
  await iam.send(new ListUsersCommand({}));

  const blocker = new DatabaseSync(databasePath(server.directory));
  blocker.exec('BEGIN IMMEDIATE');
  const fillings: Promise<void>[] = [];
  const fill = (): void => {
    while (store.figures().commits < defaultQueueLimits.maxCommits) {
      const tx = store.begin();
      tx.append('{}');
      fillings.push(store.commit(tx));
    }
  };
  /** The writer gives up on a batch that waits too long, and then there is room: fills it and asks again. */
  const refusalOf = async (send: () => Promise<unknown>): Promise<string> => {
    let name = '';
    for (let round = 0; round < 20 && !name.startsWith('Throttling'); round++) {
      fill();
      name = await send().then(
        () => 'served',
        (error: Error) => error.name,
      );
    }
    return name;
  };
  assert.equal(await refusalOf(() => kms.send(new CreateKeyCommand({}))), 'ThrottlingException');
  assert.equal(await refusalOf(() => iam.send(new CreateUserCommand({ UserName: 'late' }))), 'Throttling');
  blocker.exec('ROLLBACK');
  blocker.close();

  await Promise.allSettled(fillings);
  assert.ok(store.figures().refused >= 2);
  assert.deepEqual((await kms.send(new ListKeysCommand({}))).Keys, []);
  assert.deepEqual((await iam.send(new ListUsersCommand({}))).Users, []);
});
