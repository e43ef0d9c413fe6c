import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Collection, collection } from './collection.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';

interface Book {
  readonly n: number;
}

/** One collection, as it was declared before its partitions grew large, and after. */
const spec = { key: ['shelf', 'name'] } as const;
const plain = collection<Book>('test.books', spec);
const large = collection<Book>('test.books', { ...spec, large: true });

const directory = mkdtempSync(join(tmpdir(), 'bulwark-tree-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const opened = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
  const store = await openStore({ data: directory });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const nameOf = (n: number): string => String(n).padStart(5, '0');
const put = (store: Store, books: Collection<Book>, numbers: readonly number[]): Promise<void> =>
  store.transact((tx) => {
    for (const n of numbers) books.put(tx, ['a', nameOf(n)], { n });
  });
const numbersFrom = (store: Store, n: number, limit: number): Promise<number[]> =>
  store.transact((tx) => large.list(tx, ['a'], { after: nameOf(n), limit }).items.map((book) => book.n));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

test('a partition that was filled before it was large is listed from its rows, and gets a tree with its next record', async () => {
  await opened((store) => put(store, plain, range(0, 1500)));
  await opened(async (store) => {
    assert.deepEqual(await numbersFrom(store, 1200, 3), [1201, 1202, 1203]);
    await store.transact((tx) => large.delete(tx, ['a', nameOf(1202)]));
    assert.deepEqual(await numbersFrom(store, 1200, 3), [1201, 1203, 1204]);
    await put(store, large, [1500]);
    assert.deepEqual(await numbersFrom(store, 1200, 3), [1201, 1203, 1204]);
    assert.deepEqual(await numbersFrom(store, 1498, 9), [1499, 1500]);
  });
});

test('a page of a large partition reads a few records, not all of them', async () => {
  await opened(async (store) => {
    const missesOf = (): number => store.figures().caches.reduce((sum, { misses }) => sum + misses, 0);
    await numbersFrom(store, 700, 10);
    const before = missesOf();
    assert.deepEqual(await numbersFrom(store, 900, 10), range(901, 911));
    assert.ok(missesOf() - before <= 13, `${missesOf() - before} records read`);
  });
});

test('names that come in ascending order fill their nodes', async () => {
  await opened(async (store) => {
    for (let n = 2000; n < 4000; n += 100) await put(store, large, range(n, n + 100));
    const before = store.figures().caches.find((cache) => cache.collection === 'test.books/names')!.reads;
    assert.deepEqual(await numbersFrom(store, 1999, 1280), range(2000, 3280));
    const { reads } = store.figures().caches.find((cache) => cache.collection === 'test.books/names')!;
    assert.ok(reads - before <= 16, `${reads - before} nodes read`);
  });
});
