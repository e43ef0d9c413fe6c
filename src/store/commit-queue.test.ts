import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStore } from './open.ts';
import { type BatchFigures, StoreOverloaded } from './store.ts';

const logged = async (store: Awaited<ReturnType<typeof openStore>>, text: string): Promise<string> => {
  const tx = store.begin();
  tx.append(text);
  await store.commit(tx);
  return text;
};

describe('the queue of commits', () => {
  it('refuses what exceeds its number, and takes more once the disk has caught up', async () => {
    const store = await openStore({ data: ':memory:', queue: { maxCommits: 3, maxBytes: 1e6 } });
    const ends = await Promise.allSettled(['1', '2', '3', '4', '5'].map((text) => logged(store, text)));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    const last = ends[4]!;
    assert.ok(last.status === 'rejected' && last.reason instanceof StoreOverloaded);
    assert.equal(await logged(store, '6'), '6');
    assert.deepEqual(
      (await store.readLog(0, 10)).map(({ text }) => text),
      ['1', '2', '3', '6'],
    );
    const { commits, bytes, refused } = store.figures();
    assert.deepEqual([commits, bytes, refused], [0, 0, 2]);
    await store.close();
  });

  it('refuses what exceeds its bytes', async () => {
    const store = await openStore({ data: ':memory:', queue: { maxCommits: 1000, maxBytes: 10_000 } });
    const ends = await Promise.allSettled(Array.from({ length: 4 }, () => logged(store, 'x'.repeat(5000))));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    await store.close();
  });

  it('never refuses a job', async () => {
    const store = await openStore({ data: ':memory:', queue: { maxCommits: 1, maxBytes: 1e6 } });
    const request = logged(store, 'request');
    await store.transact((tx) => tx.append('job'));
    await request;
    assert.equal(store.logHead, 2);
    await store.close();
  });

  it('counts again after a wipe', async () => {
    const store = await openStore({ data: ':memory:', queue: { maxCommits: 2, maxBytes: 1e6 } });
    const lost = Promise.allSettled([logged(store, '1'), logged(store, '2')]);
    await store.wipe();
    await lost;
    assert.equal(store.figures().commits, 0);
    await store.close();
  });

  it('tells of every batch how many commits it held', async () => {
    const batches: BatchFigures[] = [];
    const store = await openStore({ data: ':memory:', batchWritten: (batch) => batches.push(batch) });
    await Promise.all(['1', '2', '3'].map((text) => logged(store, text)));
    await logged(store, '4');
    assert.deepEqual(
      batches.map(({ commits, failed }) => [commits, failed]),
      [
        [3, false],
        [1, false],
      ],
    );
    assert.ok(batches.every(({ writeMs }) => writeMs >= 0));
    await store.close();
  });
});
