import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { readPlainRootKey } from '../seal/seal.ts';
import { collection } from './collection.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';
import { verifyRecords } from './verify-records.ts';

interface Item {
  readonly text: string;
  readonly secret: string;
}

const items = collection<Item>('test.items', { key: ['account', 'name'], indexes: { text: ({ text }) => [text] } });
const root = mkdtempSync(join(tmpdir(), 'bulwark-rotation-'));
after(() => rmSync(root, { recursive: true, force: true }));

const count = 300;
const filled = async (): Promise<{ data: string; store: Store }> => {
  const data = mkdtempSync(join(root, 'store-'));
  const store = await openStore({ data });
  const wrap = store.keyWrap('test');
  await store.transact((tx) => {
    for (let n = 0; n < count; n++) {
      items.put(tx, [String(n % 3), `item ${n}`], {
        text: `text ${n % 10}`,
        secret: wrap.wrap(Buffer.from(`secret ${n}`), `${n}`),
      });
    }
  });
  return { data, store };
};
const keysInUse = (data: string): number => {
  const database = new DatabaseSync(join(data, 'bulwark.db'), { readOnly: true });
  const { keys } = database.prepare('SELECT count(DISTINCT substr(sealed, 2, 4)) AS keys FROM records').get() as {
    keys: number;
  };
  database.close();
  return keys;
};
const holdsAll = (store: Store): void => {
  const tx = store.begin();
  for (let n = 0; n < count; n++) {
    const item = items.find(tx, [String(n % 3), `item ${n}`])!;
    assert.equal(store.keyWrap('test').unwrap(item.secret, `${n}`).toString(), `secret ${n}`);
  }
  assert.equal(items.listBy(tx, 'text', ['text 3']).length, count / 10);
};
const verifies = async (data: string) =>
  assert.equal((await verifyRecords(data, readPlainRootKey(data, false))).fault, undefined);

test('seals every record under new keys, in the background, while others write', async () => {
  const { data, store } = await filled();
  await store.rotation.start();
  assert.equal((await store.rotation.progress())!.state, 'running');
  for (let n = 0; n < 50; n++) {
    await store.transact((tx) => {
      const item = items.find(tx, ['0', 'item 0'])!;
      items.put(tx, ['0', 'item 0'], { ...item, text: `text ${n === 49 ? 0 : n}` });
    });
  }
  await store.rotation.finished;
  const { state, resealed } = (await store.rotation.progress())!;
  assert.deepEqual([state, resealed >= count - 1], ['done', true]);
  holdsAll(store);
  await store.close();
  // One key a collection: that of the items and that of the rotation's own record.
  assert.equal(keysInUse(data), 2);
  await verifies(data);
  const again = await openStore({ data });
  holdsAll(again);
  await again.close();
});

test('goes on after a stop where it was, also with collections that this process does not use', async () => {
  const { data, store } = await filled();
  await store.rotation.start();
  store.rotation.stop();
  await store.rotation.finished;
  await store.close();
  const second = await openStore({ data });
  assert.equal((await second.rotation.progress())!.state, 'running');
  await second.rotation.resume();
  await second.rotation.finished;
  assert.equal((await second.rotation.progress())!.state, 'done');
  holdsAll(second);
  await second.close();
  assert.equal(keysInUse(data), 2);
  await verifies(data);
});

test('may be repeated', async () => {
  const { data, store } = await filled();
  for (let round = 0; round < 3; round++) {
    await store.rotation.start();
    await store.rotation.finished;
  }
  holdsAll(store);
  await store.close();
  await verifies(data);
});

test('is begun by an operator only: a proof is of one message', async () => {
  const { store } = await filled();
  assert.equal(store.rotation.isOperator('a message', Buffer.alloc(32)), false);
  assert.equal(store.rotation.isOperator('a message', Buffer.alloc(3)), false);
  await store.close();
});
