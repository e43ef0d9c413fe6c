import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OffsetClock } from '../kernel/clock.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { Lease } from './lease.ts';
import { Scheduler } from './scheduler.ts';
import { cancel, schedule, type Timer } from './timers.ts';

const hourMs = 3600_000;

test('what is told of lateness is how long the oldest timer has been due, until it has fired', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2030, 0) });
  const store = await openStore({ data: ':memory:' });
  let broken = true;
  const told: number[] = [];
  const scheduler = new Scheduler({
    store,
    clock: new OffsetClock(),
    jobs: {
      'test.works': () => {},
      'test.fails': () => {
        if (broken) throw new Error('broken');
      },
    },
    report: () => {},
    late: (lateMs) => told.push(lateMs / hourMs),
  });
  const toldInARound = async (): Promise<readonly number[]> => {
    await scheduler.runDue();
    return told.splice(0);
  };
  const set = (kind: string, hoursAgo: number): Promise<void> =>
    store.transact((tx) =>
      schedule(tx, { kind, id: String(hoursAgo), dueAt: Date.UTC(2030, 0) - hoursAgo * hourMs, payload: {} }),
    );
  await set('test.works', 4);
  assert.deepEqual(await toldInARound(), [4, 0]);
  await set('test.fails', 3);
  await set('test.works', 2);
  assert.deepEqual(await toldInARound(), [3, 3, 3]);
  assert.deepEqual(await toldInARound(), [3, 3]);
  broken = false;
  assert.deepEqual(await toldInARound(), [3, 0]);
  await store.close();
});

test('a wall clock that is put back while timers fire makes the rest wait, and takes no lead over real time', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2030, 0) });
  const store = await openStore({ data: ':memory:' });
  const clock = new OffsetClock();
  const fired: string[] = [];
  const scheduler = new Scheduler({
    store,
    clock,
    jobs: {
      'test.put-back': (_tx, { id }) => {
        fired.push(id);
        t.mock.timers.setTime(Date.UTC(2030, 0) - 24 * hourMs);
      },
    },
    report: (error) => assert.fail(String(error)),
  });
  await store.transact((tx) => {
    for (const [id, ago] of [
      ['first', 2],
      ['second', 1],
    ] as const) {
      schedule(tx, { kind: 'test.put-back', id, dueAt: Date.UTC(2030, 0) - ago * hourMs, payload: {} });
    }
  });
  await scheduler.runDue();
  assert.deepEqual(fired, ['first']);
  assert.equal(clock.offsetMs, 0);
  t.mock.timers.setTime(Date.UTC(2030, 0));
  await scheduler.runDue();
  assert.deepEqual(fired, ['first', 'second']);
  await store.close();
});

const due: Timer = { kind: 'test.note', id: 'due', dueAt: 1, payload: {} };

/** Has something happen between the moment at which a scheduler finds its next timer and that at which it fires it. */
const beforeFiring = (store: Store, happens: () => Promise<void>): Store =>
  new Proxy(store, {
    get: (target, name) => {
      if (name !== 'transact') return Reflect.get(target, name, target);
      return async (...args: Parameters<Store['transact']>) => {
        const result = await target.transact(...args);
        if (typeof result === 'object' && result !== null && 'timer' in result) await happens();
        return result;
      };
    },
  });

test('a timer that is taken back when it was found already does not fire', async () => {
  const store = await openStore({ data: ':memory:' });
  const scheduler = new Scheduler({
    store: beforeFiring(store, () => store.transact((tx) => cancel(tx, due))),
    clock: new OffsetClock(),
    jobs: { 'test.note': () => assert.fail('it fired') },
    report: (error) => assert.fail(String(error)),
  });
  await store.transact((tx) => schedule(tx, due));
  await scheduler.runDue();
  await store.close();
});

test('a process that lost the lease when it had found a timer already does not fire it, and its holder does', async () => {
  const store = await openStore({ data: ':memory:' });
  const ttlMs = 60;
  const lease = (holder: string): Lease => new Lease({ store, name: 'timers', holder, ttlMs });
  const other = lease('other');
  const fired: string[] = [];
  const scheduler = (name: string, on: Store, held: Lease): Scheduler =>
    new Scheduler({
      store: on,
      lease: held,
      clock: new OffsetClock(),
      jobs: { 'test.note': () => void fired.push(name) },
      report: (error) => assert.fail(String(error)),
    });
  const stopped = beforeFiring(store, async () => {
    assert.equal(await other.keep(), false);
    await sleep(ttlMs + 10);
    assert.equal(await other.keep(), true);
  });
  await store.transact((tx) => schedule(tx, due));
  await scheduler('stopped', stopped, lease('stopped')).runDue();
  assert.deepEqual(fired, []);
  await scheduler('other', store, other).runDue();
  assert.deepEqual(fired, ['other']);
  await store.close();
});
