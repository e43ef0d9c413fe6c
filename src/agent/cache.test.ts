import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cache, Shelf } from './cache.ts';

/** A cache of five minutes over a source that counts, and fails with what is set. */
const cacheOf = ({ ttlMs = 300_000, size = 1000 } = {}) => {
  const state = { now: 0, asked: 0, failure: undefined as Error | undefined };
  const isTransient = (error: unknown): boolean => error instanceof RangeError;
  const cache = new Cache({ ttlMs, now: () => state.now, isTransient }, new Shelf(size));
  const ask = async (): Promise<string> => {
    state.asked++;
    if (state.failure) throw state.failure;
    return `answer ${state.asked}`;
  };
  return { state, get: (key = 'a', anew = false) => cache.get(key, ask, anew) };
};

describe('the cache of the agent', () => {
  it('asks once in the time to live', async () => {
    const { state, get } = cacheOf();
    assert.equal(await get(), 'answer 1');
    state.now = 299_999;
    assert.equal(await get(), 'answer 1');
    state.now = 300_000;
    assert.equal(await get(), 'answer 2');
  });

  it('asks once for requests that come together', async () => {
    const { state, get } = cacheOf();
    assert.deepEqual(await Promise.all([get(), get(), get()]), ['answer 1', 'answer 1', 'answer 1']);
    assert.equal(state.asked, 1);
  });

  it('keeps nothing with a time to live of 0', async () => {
    const { get } = cacheOf({ ttlMs: 0 });
    assert.deepEqual([await get(), await get()], ['answer 1', 'answer 2']);
  });

  it('lets go of the value that nobody has asked for the longest', async () => {
    const { state, get } = cacheOf({ size: 2 });
    for (const key of ['a', 'b', 'a', 'c']) await get(key);
    assert.equal(state.asked, 3);
    assert.equal(await get('a'), 'answer 1');
    await get('b');
    assert.equal(state.asked, 4);
  });

  it('asks anew where it is told to, and keeps that answer', async () => {
    const { get } = cacheOf();
    await get();
    assert.deepEqual([await get('a', true), await get()], ['answer 2', 'answer 2']);
  });

  it('gives the old value while the source fails for a time, and asks again after ten seconds', async () => {
    const { state, get } = cacheOf();
    await get();
    state.now = 300_000;
    state.failure = new RangeError('nobody answers');
    assert.deepEqual([await get(), await get(), state.asked], ['answer 1', 'answer 1', 2]);
    state.now = 310_000;
    state.failure = undefined;
    assert.equal(await get(), 'answer 3');
  });

  it('forgets the value where the source refuses', async () => {
    const { state, get } = cacheOf();
    await get();
    state.now = 300_000;
    state.failure = new TypeError('denied');
    await assert.rejects(get(), TypeError);
    state.failure = new RangeError('nobody answers');
    await assert.rejects(get(), RangeError);
  });

  it('keeps what it has where asking anew fails', async () => {
    const { state, get } = cacheOf();
    await get();
    state.failure = new RangeError('nobody answers');
    await assert.rejects(get('a', true), RangeError);
    assert.equal(await get(), 'answer 1');
  });
});
