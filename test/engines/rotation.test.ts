import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lease, LeaseLost } from '../../src/events/lease.ts';
import { collection } from '../../src/store/collection.ts';
import { holdDirectory, openStore } from '../../src/store/open.ts';
import { NotLoaded, RevisionConflict, type Store } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { verifyRecords } from '../../src/store/verify-records.ts';
import { noPostgres, PostgresServer } from '../postgres-server.ts';

const items = collection<{ readonly n: number; readonly filler: string }>('test.items', { key: ['shelf', 'name'] });
const rootKey = createSecretKey(randomBytes(32));
const root = mkdtempSync(join(tmpdir(), 'bulwark-shared-rotation-'));
const ttlMs = 300;
let server: PostgresServer;
before(async () => {
  if (!noPostgres) server = await PostgresServer.start();
});
after(async () => {
  await server?.remove();
  rmSync(root, { recursive: true, force: true });
});

const put = (store: Store, name: string, n: number): Promise<void> =>
  store.transact((tx) => items.put(tx, ['s', name], { n, filler: 'x'.repeat(200) }));
const leaseOf = (store: Store, holder: string): Lease => new Lease({ store, name: 'rotation', holder, ttlMs });

const bothDone = async (...stores: readonly Store[]): Promise<void> => {
  for (const store of stores) while ((await store.rotation.progress())?.state !== 'done') await sleep(20);
};

const closeAll = async (stores: readonly Store[]): Promise<void> => {
  for (const store of stores) store.rotation.stop();
  for (const store of stores) await store.close();
};

/** For each collection, how many keys seal its records. */
const keysOf = async (place: string): Promise<ReadonlyMap<string, number>> => {
  const { snapshot, barrier } = await openStored(place, rootKey);
  const keys = new Map<string, Set<string>>();
  for await (const page of snapshot.records()) {
    for (const row of page) {
      const { collection: name } = barrier.openAnyRecord(row, row.sealed);
      keys.set(name, (keys.get(name) ?? new Set()).add(row.sealed.toString('hex', 1, 5)));
    }
  }
  await snapshot.close();
  return new Map([...keys].map(([name, ids]) => [name, ids.size]));
};

const engines: readonly {
  readonly what: string;
  readonly skip: string | false;
  readonly place: () => Promise<string>;
}[] = [
  { what: 'PostgreSQL', skip: noPostgres, place: () => server.newDatabase() },
  {
    what: 'SQLite with several processes',
    skip: false,
    place: async () => {
      const directory = mkdtempSync(join(root, 'data-'));
      await (await openStore({ data: directory, rootKey })).close();
      const letGo = holdDirectory(directory);
      after(letGo);
      return directory;
    },
  },
];

for (const { what, skip, place } of engines) {
  describe(`rotation of keys in a shared store: ${what}`, { skip }, () => {
    /** Two processes' stores of one place; closed after the test, whatever becomes of it. */
    const openTwice = async (t: TestContext, data: string): Promise<readonly [Store, Store]> => {
      const open = () => openStore({ data, rootKey, shared: true });
      const stores = [await open(), await open()] as const;
      t.after(() => closeAll(stores));
      return stores;
    };

    it('leaves no record under an older key, whatever others write meanwhile', async (t) => {
      const data = await place();
      const [a, b] = await openTwice(t, data);
      for (let n = 0; n < 200; n++) await put(n % 2 ? a : b, `item ${n}`, n);
      await a.rotation.resume(leaseOf(a, 'a'));
      await b.rotation.resume(leaseOf(b, 'b'));
      let writing = true;
      const counts = [0, 0];
      const writers = [a, b].map(async (store, who) => {
        for (; writing; counts[who]!++) await put(store, `item ${(7 * counts[who]! + who) % 250}`, counts[who]!);
      });
      for (let round = 0; round < 3; round++) {
        await (round % 2 ? b : a).rotation.start();
        await bothDone(a, b);
      }
      writing = false;
      await Promise.all(writers);
      assert.ok(counts.every((count) => count > 0));
      await closeAll([a, b]);
      for (const [name, keys] of await keysOf(data)) assert.equal(keys, 1, name);
      assert.equal((await verifyRecords(data, rootKey)).fault, undefined);
    });

    it('refuses what was sealed with older keys before its process had heard of the new ones', async (t) => {
      const data = await place();
      const [a, b] = await openTwice(t, data);
      await put(b, 'before', 0);
      await a.rotation.resume(leaseOf(a, 'a'));
      for (let round = 0; round < 5; round++) {
        const late = b.begin();
        items.put(late, ['s', `late ${round}`], { n: round, filler: '' });
        await a.rotation.start();
        await a.rotation.finished;
        // Where it has just heard of them, it has to read them first.
        await assert.rejects(b.commit(late), (e) => e instanceof RevisionConflict || e instanceof NotLoaded);
        await put(b, `late ${round}`, round);
      }
      await closeAll([a, b]);
      for (const [name, keys] of await keysOf(data)) assert.equal(keys, 1, name);
    });

    it('is done by one process at a time, and by the next one when that one is gone', async (t) => {
      const data = await place();
      const [a, b] = await openTwice(t, data);
      for (let n = 0; n < 300; n++) await put(a, `item ${n}`, n);
      const gone = leaseOf(a, 'a');
      await a.rotation.resume(gone);
      await a.rotation.start();
      // A process that dies: no further sign of life, and the lease is not given back.
      await new Promise<void>((asked) => {
        gone.keep = () => new Promise(() => asked());
      });
      await b.rotation.resume(leaseOf(b, 'b'));
      const first = (await b.rotation.progress())!;
      assert.equal(first.state, 'running');
      await sleep(ttlMs / 3);
      assert.deepEqual(await b.rotation.progress(), first);
      for (const until = Date.now() + 30_000; (await b.rotation.progress())?.state !== 'done'; await sleep(20))
        assert.ok(Date.now() < until, 'the next one goes on');
      const late = a.transact((tx) => {
        gone.require(tx);
        items.put(tx, ['s', 'late'], { n: 0, filler: '' });
      });
      await assert.rejects(late, LeaseLost);
      await closeAll([a, b]);
      for (const [name, keys] of await keysOf(data)) assert.equal(keys, 1, name);
    });

    it('is not begun by a process that has no turn, and not twice', async (t) => {
      const data = await place();
      const [a, b] = await openTwice(t, data);
      await assert.rejects(a.rotation.start(), /does not rotate keys/);
      for (let n = 0; n < 300; n++) await put(a, `item ${n}`, n);
      await a.rotation.resume(leaseOf(a, 'a'));
      await b.rotation.resume(leaseOf(b, 'b'));
      await Promise.all([a.rotation.start(), b.rotation.start(), a.rotation.start()]);
      await bothDone(a, b);
      await closeAll([a, b]);
      for (const [name, keys] of await keysOf(data)) assert.equal(keys, 1, name);
    });
  });
}
