import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collection } from '../../src/store/collection.ts';
import { RevisionConflict, type Store, StoreUnavailable, type Transaction } from '../../src/store/store.ts';
import { begun } from './begun.ts';
import { type Behaves, largePartitions } from './large-partitions.ts';

interface Item {
  readonly text: string;
  readonly owner?: string;
}

const items = collection<Item>('test.items', {
  key: ['account', 'region', 'name'],
  indexes: { owner: ({ owner }) => (owner === undefined ? undefined : [owner]) },
});

const key = (name: string, region = 'eu-west-2') => ['111122223333', region, name];
const partition = ['111122223333', 'eu-west-2'];
const allNames = (store: Store, limit = 1000): Promise<string[]> =>
  store.transact((tx) => items.list(tx, partition, { limit }).items.map(({ text }) => text));
const find = (store: Store, ...of: Parameters<typeof key>): Promise<Item | undefined> =>
  store.transact((tx) => items.find(tx, key(...of)));

/**
 * What every engine must do: run by each engine's test file.
 *
 * @param open a new, empty store
 * @param skip why the engine cannot be tested here
 */
export const acceptance = (engine: string, open: () => Promise<Store>, skip: string | false = false): void => {
  const behaves: Behaves = (sentence, check) => {
    test(`${engine}: ${sentence}`, { skip }, async () => {
      const store = await open();
      try {
        await check(store);
      } finally {
        await store.close();
      }
    });
  };
  const put = (store: Store, name: string, value: Item = { text: name }): Promise<void> =>
    store.transact((tx) => items.put(tx, key(name), value));

  behaves('finds what was put, and nothing before', async (store) => {
    assert.equal(await find(store, 'a'), undefined);
    await put(store, 'a', { text: 'one' });
    assert.deepEqual(await find(store, 'a'), { text: 'one' });
    assert.equal(await find(store, 'a', 'us-east-1'), undefined);
  });

  behaves('replaces and deletes, and makes a deleted record anew', async (store) => {
    await put(store, 'a', { text: 'one' });
    await put(store, 'a', { text: 'two' });
    assert.equal((await find(store, 'a'))?.text, 'two');
    await store.transact((tx) => items.delete(tx, key('a')));
    assert.equal(await find(store, 'a'), undefined);
    await store.transact((tx) => items.delete(tx, key('a')));
    await put(store, 'a', { text: 'three' });
    assert.equal((await find(store, 'a'))?.text, 'three');
  });

  behaves('refuses a call that found nothing where a record has come and is about to go', async (store) => {
    const reads = await begun(store, (tx) => void items.find(tx, key('a')));
    reads.append('{}');
    const put = store.commit(await begun(store, (tx) => items.put(tx, key('a'), { text: 'one' })));
    const deleted = store.commit(await begun(store, (tx) => items.delete(tx, key('a'))));
    await assert.rejects(store.commit(reads), RevisionConflict);
    await Promise.all([put, deleted]);
    assert.equal(await find(store, 'a'), undefined);
  });

  behaves('returns the same object until the record changes', async (store) => {
    await put(store, 'a');
    const first = await find(store, 'a');
    await put(store, 'b');
    assert.equal(await find(store, 'a'), first);
    await put(store, 'a');
    assert.notEqual(await find(store, 'a'), first);
  });

  behaves('freezes what it stores, however deep', async (store) => {
    const lists = collection<{ names: string[] }>('test.lists', { key: ['id'] });
    await store.transact((tx) => lists.put(tx, ['x'], { names: ['a'] }));
    const stored = (await store.transact((tx) => lists.find(tx, ['x'])))!;
    assert.throws(() => (stored.names as string[]).push('b'), TypeError);
  });

  behaves('lists a partition in code-point order, page by page', async (store) => {
    const names = ['b', 'a', 'ab', 'é', 'z', 'B', '\u{1F600}', '\uffee', ''];
    await store.transact((tx) => {
      for (const name of names) items.put(tx, key(name), { text: name });
      items.put(tx, key('elsewhere', 'us-east-1'), { text: 'elsewhere' });
    });
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(await allNames(store), sorted);
    for (const limit of [1, 2, 4, 8, 9]) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.transact((tx) =>
          items.list(tx, partition, after === undefined ? { limit } : { after, limit }),
        );
        assert.ok(page.items.length <= limit);
        seen.push(...page.items.map(({ text }) => text));
        after = page.next;
      } while (after !== undefined);
      assert.deepEqual(seen, sorted, `pages of ${limit}`);
    }
  });

  behaves('goes on after a name that was deleted between two pages', async (store) => {
    for (const name of ['a', 'b', 'c']) await put(store, name);
    const first = await store.transact((tx) => items.list(tx, partition, { limit: 2 }));
    await store.transact((tx) => items.delete(tx, key('b')));
    const second = await store.transact((tx) => items.list(tx, partition, { after: first.next!, limit: 2 }));
    assert.deepEqual(second.items, [{ text: 'c' }]);
  });

  behaves('finds by index value, follows changes of the value, and forgets deleted records', async (store) => {
    const ownedBy = (owner: string): Promise<string[]> =>
      store.transact((tx) => items.listBy(tx, 'owner', [owner]).map(({ text }) => text));
    await put(store, 'b', { text: 'b', owner: 'alice' });
    await put(store, 'a', { text: 'a', owner: 'alice' });
    await put(store, 'c', { text: 'c' });
    assert.deepEqual(await ownedBy('alice'), ['a', 'b']);
    await put(store, 'a', { text: 'a', owner: 'bob' });
    assert.deepEqual(await ownedBy('alice'), ['b']);
    assert.deepEqual(await ownedBy('bob'), ['a']);
    await store.transact((tx) => items.delete(tx, key('b')));
    assert.deepEqual(await ownedBy('alice'), []);
  });

  behaves('shows a transaction its own writes in find, list and listBy, and nobody else', async (store) => {
    await put(store, 'a', { text: 'a', owner: 'alice' });
    await put(store, 'c');
    const tx = await begun(store, (tx) => {
      items.put(tx, key('b'), { text: 'b', owner: 'alice' });
      items.delete(tx, key('a'));
      items.list(tx, partition, { limit: 9 });
      items.listBy(tx, 'owner', ['alice']);
    });
    assert.deepEqual(items.find(tx, key('b')), { text: 'b', owner: 'alice' });
    assert.equal(items.find(tx, key('a')), undefined);
    assert.deepEqual(
      items.list(tx, partition, { limit: 9 }).items.map(({ text }) => text),
      ['b', 'c'],
    );
    assert.deepEqual(
      items.listBy(tx, 'owner', ['alice']).map(({ text }) => text),
      ['b'],
    );
    assert.equal(tx.dirty, true);
    assert.deepEqual(await allNames(store), ['a', 'c']);
  });

  behaves('leaves no trace of a transaction that was not committed', async (store) => {
    const tx = await begun(store, (tx) => items.put(tx, key('a'), { text: 'a' }));
    tx.append('{}');
    assert.equal(await find(store, 'a'), undefined);
    assert.deepEqual(await store.readLog(0, 10), []);
  });

  behaves('shows committed writes to later transactions before they are durable', async (store) => {
    await put(store, 'a', { text: 'old', owner: 'alice' });
    const reads = (tx: Transaction) => {
      const names = items.list(tx, partition, { limit: 9 }).items.map(({ text }) => text);
      const owned = ['alice', 'bob'].map((owner) => items.listBy(tx, 'owner', [owner]).length);
      return { a: items.find(tx, key('a'))?.text, names, owned };
    };
    await begun(store, reads);
    const tx = await begun(store, (tx) => {
      items.put(tx, key('a'), { text: 'new', owner: 'bob' });
      items.put(tx, key('b'), { text: 'b', owner: 'bob' });
    });
    const durable = store.commit(tx);
    assert.deepEqual(reads(store.begin()), { a: 'new', names: ['new', 'b'], owned: [0, 2] });
    await durable;
    assert.deepEqual(await allNames(store), ['new', 'b']);
  });

  behaves('refuses a transaction when a record that it wrote has changed', async (store) => {
    await put(store, 'a', { text: 'old' });
    const late = await begun(store, (tx) => items.put(tx, key('a'), { text: 'late' }));
    await put(store, 'a', { text: 'new' });
    await assert.rejects(store.commit(late), RevisionConflict);
    assert.equal((await find(store, 'a'))?.text, 'new');
  });

  behaves('refuses a transaction when a record that it only read has changed', async (store) => {
    await put(store, 'a');
    const late = await begun(store, (tx) => {
      items.find(tx, key('a'));
      items.put(tx, key('b'), { text: 'b' });
    });
    await store.transact((tx) => items.delete(tx, key('a')));
    await assert.rejects(store.commit(late), RevisionConflict);
    assert.deepEqual(await allNames(store), []);
  });

  behaves('refuses a transaction when a partition or index that it listed has other members', async (store) => {
    await put(store, 'a', { text: 'a', owner: 'alice' });
    const counts = await begun(store, (tx) => void items.list(tx, partition, { limit: 1 }));
    counts.append('{}');
    const owned = await begun(store, (tx) => void items.listBy(tx, 'owner', ['alice']));
    owned.append('{}');
    await put(store, 'b', { text: 'b', owner: 'alice' });
    await assert.rejects(store.commit(counts), RevisionConflict);
    await assert.rejects(store.commit(owned), RevisionConflict);
    assert.equal(store.logHead, 0);
  });

  behaves(
    'lets exactly one of many creations of the same record win, and transact runs the others again',
    async (store) => {
      let runs = 0;
      await Promise.all(
        Array.from({ length: 20 }, () =>
          store.transact((tx) => {
            runs++;
            const count = Number(items.find(tx, key('counter'))?.text ?? '0');
            items.put(tx, key('counter'), { text: String(count + 1) });
          }),
        ),
      );
      assert.equal((await find(store, 'counter'))?.text, '20');
      assert.ok(runs >= 20);
    },
  );

  behaves('keeps transactions that overlap consistent: money is never made or lost', async (store) => {
    const accounts = ['x', 'y', 'z'];
    await store.transact((tx) => {
      for (const name of accounts) items.put(tx, key(name), { text: '100' });
    });
    const transfer = async (from: string, to: string): Promise<void> => {
      for (;;) {
        const tx = store.begin();
        const balance = (name: string) => Number(items.find(tx, key(name))!.text);
        items.put(tx, key(from), { text: String(balance(from) - 1) });
        if (Math.random() < 0.5) await new Promise(setImmediate);
        items.put(tx, key(to), { text: String(balance(to) + 1) });
        try {
          return await store.commit(tx);
        } catch (error) {
          if (!(error instanceof RevisionConflict)) throw error;
        }
      }
    };
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => transfer(accounts[n % 3]!, accounts[(n + 1 + (n % 2)) % 3]!)),
    );
    const balances = await Promise.all(accounts.map((name) => find(store, name)));
    const total = balances.reduce((sum, balance) => sum + Number(balance!.text), 0);
    assert.equal(total, 300);
  });

  behaves('appends log records in the order of commits, numbered from 1, together with the writes', async (store) => {
    await begun(store, (tx) => {
      for (let n = 0; n < 100; n += 10) items.find(tx, key(String(n)));
    });
    const commits = Array.from({ length: 100 }, (_, n) => {
      const tx = store.begin();
      tx.append(`{"n":${n},"text":"ä"}`);
      if (n % 10 === 0) items.put(tx, key(String(n)), { text: String(n) });
      return store.commit(tx);
    });
    await Promise.all(commits);
    assert.equal(store.logHead, 100);
    const records = await store.readLog(0, 1000);
    assert.deepEqual(
      records,
      Array.from({ length: 100 }, (_, n) => ({ sequence: n + 1, text: `{"n":${n},"text":"ä"}` })),
    );
  });

  behaves('reads the log from anywhere, as many records as asked for', async (store) => {
    for (let block = 0; block < 5; block++) {
      await store.transact((tx) => {
        for (let n = 0; n < 7; n++) tx.append(`${block * 7 + n + 1}`);
      });
    }
    for (const [after, limit] of [
      [0, 1],
      [0, 7],
      [3, 10],
      [6, 1],
      [7, 7],
      [34, 5],
      [35, 5],
      [100, 1],
    ] as const) {
      const expected = Array.from({ length: 35 }, (_, n) => n + 1).filter((n) => n > after && n <= after + limit);
      assert.deepEqual(
        (await store.readLog(after, limit)).map(({ sequence }) => sequence),
        expected,
      );
      assert.deepEqual(
        (await store.readLog(after, limit)).map(({ text }) => Number(text)),
        expected,
      );
    }
  });

  behaves('wipes records and log, refuses what was in flight, and goes on', async (store) => {
    await put(store, 'a');
    await store.transact((tx) => tx.append('{}'));
    const wrapped = store.keyWrap('test').wrap(Buffer.from('secret'), 'a');
    const before = await begun(store, (tx) => items.put(tx, key('b'), { text: 'b' }));
    const wiped = store.wipe();
    await assert.rejects(store.commit(before), RevisionConflict);
    await wiped;
    assert.equal(store.logHead, 0);
    assert.deepEqual(await store.readLog(0, 10), []);
    assert.deepEqual(await allNames(store), []);
    await put(store, 'c');
    assert.deepEqual(await allNames(store), ['c']);
    assert.equal(store.keyWrap('test').unwrap(wrapped, 'a').toString(), 'secret');
  });

  behaves('drains what waits before it closes, then refuses', async (store) => {
    const tx = store.begin();
    tx.append('{}');
    const durable = store.commit(tx);
    await store.close();
    await durable;
    const late = store.begin();
    late.append('{}');
    await assert.rejects(store.commit(late), StoreUnavailable);
  });

  behaves('finds nothing under a key that nothing can be stored under', async (store) => {
    const tx = store.begin();
    for (const name of ['nul\0', '\ud800']) {
      assert.equal(items.find(tx, key(name)), undefined);
      assert.deepEqual(items.listBy(tx, 'owner', [name]), []);
      assert.throws(() => items.put(tx, key(name), { text: '' }), RangeError);
    }
  });

  behaves('refuses keys and indexes that the collection does not have', async (store) => {
    const tx = store.begin();
    assert.throws(() => items.find(tx, ['only one part']), RangeError);
    assert.throws(() => items.put(tx, key('\ud800'), { text: '' }), RangeError);
    assert.throws(() => items.list(tx, key('a'), { limit: 1 }), RangeError);
    assert.throws(() => items.listBy(tx, 'colour', ['red']), RangeError);
    assert.throws(() => tx.append('two\nlines'), RangeError);
    const namesake = collection<Item>('test.items', { key: ['id'] });
    await find(store, 'a');
    assert.throws(() => namesake.find(tx, ['a']), /two collections/);
  });

  behaves('wraps small secrets under a key of their purpose, bound to their context', async (store) => {
    const wrap = store.keyWrap('kms.key-material');
    const wrapped = wrap.wrap(Buffer.from('key material'), 'key-1');
    assert.equal(wrap.unwrap(wrapped, 'key-1').toString(), 'key material');
    assert.equal(store.keyWrap('kms.key-material').unwrap(wrapped, 'key-1').toString(), 'key material');
    assert.throws(() => wrap.unwrap(wrapped, 'key-2'));
    assert.throws(() => store.keyWrap('iam.secrets').unwrap(wrapped, 'key-1'));
    assert.throws(() => wrap.unwrap(`${wrapped.slice(0, -2)}${wrapped.endsWith('AA') ? 'BB' : 'AA'}`, 'key-1'));
  });

  largePartitions(behaves);
};
