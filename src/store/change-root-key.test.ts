import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keepRootKey, readPlainRootKey } from '../seal/seal.ts';
import { changeRootKey, finishRootKeyChange } from './change-root-key.ts';
import { collection } from './collection.ts';
import { WrongRootKey } from './keyring.ts';
import { openStore } from './open.ts';
import { CannotOpenStore } from './store.ts';

const items = collection<{ text: string }>('test.items', { key: ['name'] });
const root = mkdtempSync(join(tmpdir(), 'bulwark-root-key-'));
after(() => rmSync(root, { recursive: true, force: true }));

const filled = async (): Promise<{ data: string; old: KeyObject }> => {
  const data = mkdtempSync(join(root, 'store-'));
  const store = await openStore({ data });
  await store.transact((tx) => items.put(tx, ['one'], { text: 'kept' }));
  await store.close();
  return { data, old: readPlainRootKey(data, false) };
};
const change = (data: string, old: KeyObject) =>
  changeRootKey(
    { directory: data },
    old,
    async (rootKey, directory) => void (await keepRootKey(directory, rootKey, undefined)),
  );
const opens = async (data: string) => {
  const store = await openStore({ data });
  assert.equal(items.find(store.begin(), ['one'])?.text, 'kept');
  await store.close();
};

test('opens everything with the new root key, and nothing with the old one', async () => {
  const { data, old } = await filled();
  await change(data, old);
  await opens(data);
  await assert.rejects(openStore({ data, rootKey: old }), WrongRootKey);
  assert.equal(existsSync(join(data, 'next-root')), false);
});

test('is refused with a wrong root key and beside a running server', async () => {
  const { data, old } = await filled();
  await assert.rejects(change(data, (await filled()).old), WrongRootKey);
  const store = await openStore({ data });
  await assert.rejects(change(data, old), CannotOpenStore);
  await store.close();
  await opens(data);
});

test('that is interrupted before the database changed is forgotten', async () => {
  const { data, old } = await filled();
  await assert.rejects(
    changeRootKey({ directory: data }, old, async (rootKey, directory) => {
      await keepRootKey(directory, rootKey, undefined);
      throw new Error('interrupted');
    }),
  );
  assert.equal(existsSync(join(data, 'next-root')), true);
  await finishRootKeyChange({ directory: data });
  assert.equal(existsSync(join(data, 'next-root')), false);
  await opens(data);
});

test('that is interrupted after the database changed is finished, from any point on', async () => {
  const { data, old } = await filled();
  const seen = join(root, 'next-as-written');
  await changeRootKey({ directory: data }, old, async (rootKey, directory) => {
    await keepRootKey(directory, rootKey, undefined);
    cpSync(directory, seen, { recursive: true });
  });
  const committed = readPlainRootKey(data, false);
  const check = await rootCheckOf(data);
  // As it was just after the commit: the old root.key in place, the new one beside.
  for (const moved of [false, true]) {
    cpSync(seen, join(data, 'next-root'), { recursive: true });
    writeFileSync(join(data, 'next-root', 'root-check'), check);
    if (moved) rmSync(join(data, 'next-root', 'root.key'));
    else {
      rmSync(join(data, 'root.key'));
      await keepRootKey(data, old, undefined);
    }
    await finishRootKeyChange({ directory: data });
    assert.ok(readPlainRootKey(data, false).equals(committed));
    await opens(data);
  }
});

const rootCheckOf = async (data: string): Promise<string> => {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(data, 'bulwark.db'), { readOnly: true });
  const { value } = database.prepare("SELECT value FROM meta WHERE name = 'root-check'").get() as { value: Uint8Array };
  database.close();
  return Buffer.from(value).toString('hex');
};
