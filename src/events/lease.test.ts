import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { collection } from '../store/collection.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { Lease, LeaseLost } from './lease.ts';

const ttlMs = 60;
let store: Store;
beforeEach(async () => {
  store = await openStore({ data: ':memory:' });
});
const lease = (holder: string): Lease => new Lease({ store, name: 'test', holder, ttlMs });

it('is held by the first that asks, and by no other while there are signs of life', async () => {
  const [a, b] = [lease('a'), lease('b')];
  assert.equal(await a.keep(), true);
  for (let round = 0; round < 15; round++) {
    assert.equal(await b.keep(), false);
    assert.equal(await a.keep(), true);
    await sleep(ttlMs / 6);
  }
});

it('goes to another after its time to live without a sign of life, and fences the former holder off', async () => {
  const [a, b] = [lease('a'), lease('b')];
  await a.keep();
  assert.equal(await b.keep(), false);
  await sleep(ttlMs + 10);
  assert.equal(await b.keep(), true);
  assert.ok(b.token > a.token);
  await assert.rejects(
    store.transact((tx) => a.require(tx)),
    LeaseLost,
  );
  await store.transact((tx) => b.require(tx));
  assert.equal(await a.keep(), false);
});

it('is not judged by signs of life that nobody watched', async () => {
  const [a, b] = [lease('a'), lease('b')];
  await a.keep();
  await sleep(ttlMs + 10);
  assert.equal(await b.keep(), false);
});

it('is free at once when it is given back', async () => {
  const [a, b] = [lease('a'), lease('b')];
  await a.keep();
  await a.release();
  assert.equal(await b.keep(), true);
});

it('lets no transaction commit that began under it and ends after it went to another', async () => {
  const notes = collection<{ readonly by: string }>('test.notes', { key: ['id'] });
  const [a, b] = [lease('a'), lease('b')];
  await a.keep();
  const late = store.begin();
  a.require(late);
  notes.put(late, ['x'], { by: 'a' });
  assert.equal(await b.keep(), false);
  await sleep(ttlMs + 10);
  await b.keep();
  await assert.rejects(store.commit(late));
  assert.equal(notes.find(store.begin(), ['x']), undefined);
});
