import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../store/open.ts';
import { Journal } from './journal.ts';

test('reads records in order from a cursor', async () => {
  const store = await openStore({ data: ':memory:' });
  const journal = new Journal(store);
  assert.equal(journal.head, 0);
  for (let n = 1; n <= 5; n++) await store.transact((tx) => tx.append(`{"eventName":"E${n}","userIdentity":{}}`));
  assert.equal(journal.head, 5);
  const entries = await journal.read(2, 2);
  assert.deepEqual(
    entries.map(({ sequence, record }) => [sequence, record.eventName]),
    [
      [3, 'E3'],
      [4, 'E4'],
    ],
  );
  await store.close();
});
