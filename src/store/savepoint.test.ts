import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { collection } from './collection.ts';
import { openStore } from './open.ts';

const items = collection<{ readonly n: number }>('test.savepoint-items', {
  key: ['group', 'name'],
  indexes: { n: ({ n }) => [String(n)] },
});
const store = await openStore({ data: ':memory:' });
after(() => store.close());

it('takes back what was written and logged after it, and keeps what came before', async () => {
  await store.transact((tx) => items.put(tx, ['g', 'old'], { n: 1 }));
  const tx = store.begin();
  items.put(tx, ['g', 'before'], { n: 2 });
  tx.append('{"before":true}');
  const takeBack = tx.savepoint();
  items.put(tx, ['g', 'before'], { n: 3 });
  items.put(tx, ['g', 'after'], { n: 3 });
  items.delete(tx, ['g', 'old']);
  tx.append('{"after":true}');
  takeBack();
  assert.equal(items.find(tx, ['g', 'before'])?.n, 2);
  assert.deepEqual(items.listBy(tx, 'n', ['3']), []);
  await store.commit(tx);
  const names = items.list(store.begin(), ['g'], { limit: 10 }).items.map(({ n }) => n);
  assert.deepEqual(names, [2, 1]);
  assert.deepEqual(
    (await store.readLog(0, 10)).map(({ text }) => text),
    ['{"before":true}'],
  );
});

it('leaves a transaction that wrote nothing before it with nothing to write', () => {
  const tx = store.begin();
  const takeBack = tx.savepoint();
  items.put(tx, ['g', 'x'], { n: 1 });
  takeBack();
  assert.equal(tx.dirty, false);
});
