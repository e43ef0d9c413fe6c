import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type SessionClaims, SessionTokens } from '../../src/kernel/session-token.ts';
import { collection } from '../../src/store/collection.ts';
import { NotLoaded, RevisionConflict, type Store } from '../../src/store/store.ts';
import { begun } from './begun.ts';
import { requireLogOrder } from './log-order.ts';

const shelves = collection<{ readonly n: number; readonly colour?: string }>('test.shelves', {
  key: ['room', 'name'],
  indexes: { colour: ({ colour }) => (colour === undefined ? undefined : [colour]) },
});
const longShelves = collection<{ readonly n: number }>('test.long-shelves', { key: ['room', 'name'], large: true });
const room = 'cellar';

const claims: SessionClaims = {
  ...{ kind: 'assumed-role', account: '111122223333', entityName: 'app', uniqueId: 'AROAEXAMPLE', sessionName: 's' },
  ...{ issuedAt: 1_700_000_000, expiresAt: 1_700_003_600 },
};

const put = (store: Store, name: string, n: number, colour?: string): Promise<void> =>
  store.transact((tx) => shelves.put(tx, [room, name], { n, ...(colour !== undefined && { colour }) }));
const find = (store: Store, name: string): Promise<number | undefined> =>
  store.transact((tx) => shelves.find(tx, [room, name])?.n);
const names = (store: Store): Promise<number[]> =>
  store.transact((tx) => shelves.list(tx, [room], { limit: 100 }).items.map(({ n }) => n));
const ofColour = (store: Store, colour: string): Promise<number[]> =>
  store.transact((tx) => shelves.listBy(tx, 'colour', [colour]).map(({ n }) => n));

/** The promised bound for reads that are not journalled, docs/clusters.md. */
const stalenessMs = 1000;

/**
 * What engines owe that several processes share: run by their test files.
 *
 * @param openTwo two stores on the same data, as two processes would have them
 * @param skip why the engine cannot be tested here
 */
export const sharing = (
  engine: string,
  openTwo: () => Promise<readonly [Store, Store]>,
  skip: string | false = false,
): void => {
  const behaves = (sentence: string, check: (a: Store, b: Store) => Promise<void>): void => {
    test(`${engine}, shared: ${sentence}`, { skip }, async () => {
      const [a, b] = await openTwo();
      try {
        await check(a, b);
      } finally {
        await Promise.all([a.close(), b.close()]);
      }
    });
  };

  behaves('shows what another process changed, created and deleted within the promised second', async (a, b) => {
    await put(a, 'one', 1, 'red');
    await put(a, 'two', 2);
    assert.deepEqual([await find(b, 'one'), await names(b), await ofColour(b, 'red')], [1, [1, 2], [1]]);
    await put(a, 'one', 10, 'blue');
    await put(a, 'three', 3, 'red');
    await a.transact((tx) => shelves.delete(tx, [room, 'two']));
    await sleep(stalenessMs);
    assert.deepEqual([await find(b, 'one'), await find(b, 'two'), await names(b)], [10, undefined, [10, 3]]);
    assert.deepEqual([await ofColour(b, 'red'), await ofColour(b, 'blue')], [[3], [10]]);
  });

  behaves('keeps the order of a large partition true while both add and remove', async (a, b) => {
    const nameOf = (n: number): string => String(n).padStart(4, '0');
    const fill = async (store: Store, from: number): Promise<void> => {
      for (let n = from; n < 300; n += 2) {
        await store.transact((tx) => {
          longShelves.put(tx, [room, nameOf((n * 211) % 300)], { n });
          if (n % 3 === 0) longShelves.delete(tx, [room, nameOf((n * 211) % 300)]);
        });
        if (n % 5 === 0) await store.transact((tx) => longShelves.delete(tx, [room, nameOf((n * 211) % 300)]));
        // Both change the same few nodes: without a breath, the one that has to read them again loses every race.
        await sleep(((n * 7) % 5) * 3);
      }
    };
    await Promise.all([fill(a, 0), fill(b, 1)]);
    await sleep(stalenessMs);
    const kept = Array.from({ length: 300 }, (_, n) => n)
      .filter((n) => n % 3 !== 0 && n % 5 !== 0)
      .sort((x, y) => ((x * 211) % 300) - ((y * 211) % 300));
    for (const store of [a, b]) {
      const listed = await store.transact((tx) =>
        longShelves.list(tx, [room], { limit: 1000 }).items.map(({ n }) => n),
      );
      assert.deepEqual(listed, kept);
    }
  });

  behaves('refuses a call that read what another process has changed, at once', async (a, b) => {
    await put(a, 'one', 1);
    const reads = await begun(b, (tx) => void shelves.find(tx, [room, 'one']));
    reads.append('{}');
    await put(a, 'one', 2);
    await assert.rejects(b.commit(reads), RevisionConflict);
    assert.equal(await find(b, 'one'), 2);
    assert.equal(b.logHead, 0);
  });

  behaves('refuses a call that found nothing where another process has put something', async (a, b) => {
    assert.equal(await find(b, 'one'), undefined);
    const reads = await begun(b, (tx) => void shelves.find(tx, [room, 'one']));
    reads.append('{}');
    await put(a, 'one', 1);
    await assert.rejects(b.commit(reads), RevisionConflict);
    assert.equal(await find(b, 'one'), 1);
  });

  behaves('refuses a call that listed what has other members now', async (a, b) => {
    await put(a, 'one', 1, 'red');
    const lists = await begun(b, (tx) => void shelves.list(tx, [room], { limit: 1 }));
    lists.append('{}');
    const indexed = await begun(b, (tx) => void shelves.listBy(tx, 'colour', ['red']));
    indexed.append('{}');
    await put(a, 'two', 2, 'red');
    await Promise.all([lists, indexed].map((tx) => assert.rejects(b.commit(tx), RevisionConflict)));
    assert.deepEqual(await names(b), [1, 2]);
  });

  behaves('shows what is being written, when what was to replace it is given up', async (a, b) => {
    for (let round = 1; round <= 20; round++) {
      await put(a, 'one', round);
      await b.transact((tx) => tx.append('{}'));
      await Promise.all([find(b, 'one'), find(b, 'two')]);
      await put(a, 'two', round);
      const deletes = await begun(b, (tx) => shelves.delete(tx, [room, 'one']));
      const deleted = b.commit(deletes);
      const replaces = await begun(b, (tx) => {
        shelves.find(tx, [room, 'two']);
        shelves.put(tx, [room, 'one'], { n: -round });
      });
      // After some of these turns a batch is with the engine and has not heard of the change yet.
      for (let turn = 0; turn < round % 5; turn++) await setImmediate();
      await assert.rejects(b.commit(replaces), (e) => e instanceof RevisionConflict || e instanceof NotLoaded);
      const seen = find(b, 'one');
      await deleted;
      assert.deepEqual([await seen, await find(b, 'one'), await names(b)], [undefined, undefined, [round]]);
    }
  });

  behaves('counts what a given-up transaction has read for the one that takes its place', async (a, b) => {
    await put(a, 'one', 1);
    const failed = await begun(b, (tx) => void shelves.find(tx, [room, 'one']));
    const instead = b.begin(failed);
    instead.append('{"failed":true}');
    await put(a, 'one', 2);
    await assert.rejects(b.commit(instead), RevisionConflict);
  });

  behaves('loses no increment of either process, and no order of the log', async (a, b) => {
    const rounds = 40;
    const increment = (store: Store, by: string) =>
      store.transact((tx) => {
        const n = shelves.find(tx, [room, 'counter'])?.n ?? 0;
        shelves.put(tx, [room, 'counter'], { n: n + 1 });
        tx.append(JSON.stringify({ by, n: n + 1 }));
      });
    const worker = async (store: Store, by: string): Promise<void> => {
      for (let round = 0; round < rounds; round++) await increment(store, by);
    };
    await Promise.all([worker(a, 'a'), worker(b, 'b'), worker(a, 'a')]);
    await sleep(stalenessMs);
    assert.equal(await find(a, 'counter'), 3 * rounds);
    const records = await a.readLog(0, 1000);
    assert.deepEqual(
      records.map(({ sequence, text }) => [sequence, JSON.parse(text).n]),
      Array.from({ length: 3 * rounds }, (_, at) => [at + 1, at + 1]),
    );
  });

  behaves('orders calls of both processes as its log does, whatever they read, list and write', (a, b) =>
    requireLogOrder([a, b], 8, 150),
  );

  behaves('opens what was sealed with keys that another process has made meanwhile', async (a, b) => {
    const later = collection<{ readonly secret: string }>('test.later', { key: ['id'] });
    const wrapped = a.keyWrap('test.later').wrap(Buffer.from('secret'), 'x');
    await a.transact((tx) => later.put(tx, ['x'], { secret: wrapped }));
    const opened = () =>
      b.transact((tx) => {
        const stored = later.find(tx, ['x'])!.secret;
        return b.keyWrap('test.later').unwrap(stored, 'x').toString();
      });
    assert.deepEqual(await Promise.all([opened(), opened(), opened()]), ['secret', 'secret', 'secret']);
  });

  behaves('opens what clients bring, sealed with a key that another process has just made', async (a, b) => {
    const issued = new SessionTokens(a.keyWrap('test.tokens')).issue(claims);
    await a.transact((tx) => tx.append('{"issued":1}'));
    const tokens = new SessionTokens(b.keyWrap('test.tokens'));
    const opened = await b.transact(() => tokens.open(issued.accessKeyId, issued.sessionToken));
    assert.deepEqual(opened?.claims, claims);
    // Whoever names keys that never were gets no further, however many.
    const forged = Buffer.from(issued.sessionToken, 'base64url');
    for (let id = 1_000_000; id < 1_000_003; id++) {
      forged.writeUInt32BE(id, 1);
      const found = await b.transact(() => tokens.open(issued.accessKeyId, forged.toString('base64url')));
      assert.equal(found, undefined);
    }
  });

  behaves('knows of the log records of others', async (a, b) => {
    await a.transact((tx) => tx.append('{"by":"a"}'));
    await b.transact((tx) => tx.append('{"by":"b"}'));
    assert.equal(b.logHead, 2);
    await sleep(stalenessMs);
    assert.equal(a.logHead, 2);
  });

  behaves('forgets everything when another process wipes the store', async (a, b) => {
    await put(a, 'one', 1);
    assert.equal(await find(b, 'one'), 1);
    const before = await begun(b, (tx) => void shelves.find(tx, [room, 'one']));
    before.append('{}');
    await a.wipe();
    await assert.rejects(b.commit(before), RevisionConflict);
    assert.equal(await find(b, 'one'), undefined);
    await put(b, 'one', 2);
    assert.equal(await find(a, 'one'), 2);
  });
};
