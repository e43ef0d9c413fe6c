import assert from 'node:assert/strict';
import { collection } from '../../src/store/collection.ts';
import { RevisionConflict, type Store } from '../../src/store/store.ts';
import { begun } from './begun.ts';

/** Tests that a store does what the sentence says. */
export type Behaves = (sentence: string, check: (store: Store) => Promise<void>) => void;

const manyItems = collection<{ readonly n: number }>('test.many-items', { key: ['account', 'name'], large: true });

const nameOfItem = (n: number): string => `item ${String(n).padStart(4, '0')}`;

/** What every engine must do with partitions that are listed by a tree; part of the acceptance suite. */
export const largePartitions = (behaves: Behaves): void => {
  behaves('keeps a large partition in order as records come and go, and pages through it', async (store) => {
    const account = '111122223333';
    const there = new Set<string>();
    const check = async (pageSize: number): Promise<void> => {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const from = after;
        const page = await store.transact((tx) =>
          manyItems.list(tx, [account], from === undefined ? { limit: pageSize } : { after: from, limit: pageSize }),
        );
        seen.push(...page.items.map(({ n }) => nameOfItem(n)));
        after = page.next;
      } while (after !== undefined);
      assert.deepEqual(seen, [...there].sort());
    };
    await check(10);
    for (let round = 0; round < 12; round++) {
      await store.transact((tx) => {
        for (let step = 0; step < 100; step++) {
          // In no order, and in the later rounds more go than come.
          const n = (round * 7919 + step * 104_729) % 997;
          const goes = round > 6 ? step % 5 !== 0 : step % 5 === 0;
          if (goes) manyItems.delete(tx, [account, nameOfItem(n)]);
          else manyItems.put(tx, [account, nameOfItem(n)], { n });
          if (goes) there.delete(nameOfItem(n));
          else there.add(nameOfItem(n));
        }
      });
      await check(round % 2 === 0 ? 97 : 1000);
    }
    await store.transact((tx) => {
      for (const name of there) manyItems.delete(tx, [account, name]);
    });
    there.clear();
    await check(10);
    await store.transact((tx) => manyItems.put(tx, [account, nameOfItem(5)], { n: 5 }));
    there.add(nameOfItem(5));
    await check(1);
  });

  behaves('shows a transaction its own records in a large partition', async (store) => {
    const tx = await begun(store, (tx) => {
      manyItems.put(tx, ['own', 'b'], { n: 2 });
      manyItems.put(tx, ['own', 'a'], { n: 1 });
      manyItems.delete(tx, ['own', 'b']);
      manyItems.put(tx, ['own', 'c'], { n: 3 });
      manyItems.list(tx, ['own'], { limit: 9 });
    });
    assert.deepEqual(manyItems.list(tx, ['own'], { limit: 1 }), { items: [{ n: 1 }], next: 'a' });
    assert.deepEqual(manyItems.list(tx, ['own'], { after: 'a', limit: 9 }).items, [{ n: 3 }]);
  });

  behaves('refuses a transaction that listed a part of a large partition which has changed', async (store) => {
    await store.transact((tx) => manyItems.put(tx, ['own', 'a'], { n: 1 }));
    const lists = await begun(store, (tx) => void manyItems.list(tx, ['own'], { limit: 9 }));
    lists.append('{}');
    await store.transact((tx) => manyItems.put(tx, ['own', 'b'], { n: 2 }));
    await assert.rejects(store.commit(lists), RevisionConflict);
  });
};
