import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalRecord } from '../journal/record.ts';
import { collection } from '../store/collection.ts';
import { openStore } from '../store/open.ts';
import { JournalFollower, type Projection } from './journal-follower.ts';

const sums = collection<{ readonly records: number }>('test.sums', { key: ['all', 'name'] });
const key = ['all', 'sum'];
const record = JSON.stringify({ eventName: 'Encrypt', userIdentity: { type: 'Root', accountId: '111122223333' } });

test('counts each record once, however many processes follow, at one time and later', async () => {
  const store = await openStore({ data: ':memory:' });
  const projection: Projection = {
    name: 'test.sum',
    take: (tx, records: readonly JournalRecord[]) =>
      sums.put(tx, key, { records: (sums.find(tx, key)?.records ?? 0) + records.length }),
  };
  const append = (): Promise<void> => store.transact((tx) => tx.append(record));
  const followers = Array.from({ length: 3 }, () => new JournalFollower(store, projection));
  for (let round = 1; round <= 3; round++) {
    await Promise.all(Array.from({ length: 10 }, append));
    await Promise.all(followers.flatMap((follower) => [follower.catchUp(), follower.catchUp()]));
    assert.equal((await store.transact((tx) => sums.find(tx, key)))?.records, 10 * round);
  }
  await store.close();
});
