import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { collection } from './collection.ts';
import { IntegrityError, WrongRootKey } from './keyring.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';

interface Item {
  readonly text: string;
}

const apples = collection<Item>('test.apples', { key: ['account', 'name'], indexes: { text: ({ text }) => [text] } });
const pears = collection<Item>('test.pears', { key: ['account', 'name'] });

const root = mkdtempSync(join(tmpdir(), 'bulwark-integrity-'));
const original = join(root, 'original');
after(() => rmSync(root, { recursive: true, force: true }));

before(async () => {
  const store = await openStore({ data: original });
  // One record for each collection, and one partition for each record, so that SQL below can tell them apart.
  await store.transact((tx) => apples.put(tx, ['1', 'red'], { text: 'an apple' }));
  await store.transact((tx) => apples.put(tx, ['2', 'green'], { text: 'another apple' }));
  await store.transact((tx) => pears.put(tx, ['1', 'red'], { text: 'a pear' }));
  await store.close();
});

/** Reads everything after somebody with access to the disk changed it. */
const readAfter = async (tamper: (database: DatabaseSync) => void): Promise<void> => {
  const data = mkdtempSync(join(root, 'copy-'));
  cpSync(original, data, { recursive: true });
  const database = new DatabaseSync(join(data, 'bulwark.db'));
  tamper(database);
  database.close();
  const store = await openStore({ data });
  try {
    readAll(store);
  } finally {
    await store.close();
  }
};

const readAll = (store: Store): void => {
  const tx = store.begin();
  for (const [from, key] of [
    [apples, ['1', 'red']],
    [apples, ['2', 'green']],
    [pears, ['1', 'red']],
  ] as const) {
    from.find(tx, key);
    from.list(tx, [key[0]], { limit: 9 });
  }
  for (const text of ['an apple', 'another apple']) apples.listBy(tx, 'text', [text]);
};

const detects = (tamper: (database: DatabaseSync) => void, message?: string) =>
  assert.rejects(readAfter(tamper), IntegrityError, message);

const flip = (database: DatabaseSync, table: string, column: string, rowid: number, bit: number): void => {
  const row = database.prepare(`SELECT ${column} AS bytes FROM ${table} WHERE rowid = ?`).get(rowid) as {
    bytes: Uint8Array;
  };
  row.bytes[bit >> 3]! ^= 1 << (bit & 7);
  database.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(row.bytes, rowid);
};

const sizeOf = (table: string, column: string, rowid: number): number => {
  const database = new DatabaseSync(join(original, 'bulwark.db'), { readOnly: true });
  const row = database.prepare(`SELECT length(${column}) AS bytes FROM ${table} WHERE rowid = ?`).get(rowid) as {
    bytes: number;
  };
  database.close();
  return row.bytes;
};

test('reads everything while nothing is changed', () => readAfter(() => {}));

test('detects a flipped bit in every field of a sealed record: format, DEK, nonce, ciphertext, tag', async () => {
  const bytes = sizeOf('records', 'sealed', 1);
  for (const byte of [0, 1, 5, 20, 21, bytes - 17, bytes - 16, bytes - 1]) {
    await detects((database) => flip(database, 'records', 'sealed', 1, byte * 8), `byte ${byte}`);
  }
});

test('detects a changed revision, partition or id of a record', async () => {
  await detects((database) => database.exec('UPDATE records SET revision = revision + 1 WHERE rowid = 1'));
  await detects((database) => database.exec('UPDATE records SET revision = revision - 1 WHERE rowid = 1'));
  // Moved into the partition of another record, where list finds it.
  await detects((database) =>
    database.exec('UPDATE records SET partition = (SELECT partition FROM records WHERE rowid = 2) WHERE rowid = 1'),
  );
  // Under the key of another record, where find finds it.
  await detects((database) =>
    database.exec(
      'CREATE TEMP TABLE ids AS SELECT id FROM records WHERE rowid = 2; DELETE FROM records WHERE rowid = 2; UPDATE records SET id = (SELECT id FROM ids) WHERE rowid = 1',
    ),
  );
});

test('detects a record moved to another key or collection with its whole content', async () => {
  for (const [to, from] of [
    [1, 2],
    [1, 3],
    [3, 1],
  ] as const) {
    await detects((database) =>
      database.exec(
        `UPDATE records SET (revision, sealed) = (SELECT revision, sealed FROM records WHERE rowid = ${from}) WHERE rowid = ${to}`,
      ),
    );
  }
});

test('detects an index entry that points to a record with another value', () =>
  detects((database) => database.exec('UPDATE entries SET id = (SELECT id FROM records WHERE rowid = 1); ')));

test('detects a flipped bit in every part of every key of the keyring', async () => {
  const database = new DatabaseSync(join(original, 'bulwark.db'), { readOnly: true });
  const rows = database.prepare('SELECT position, length(sealed) AS bytes FROM keyring').all() as {
    position: number;
    bytes: number;
  }[];
  database.close();
  assert.equal(rows.length, 5);
  for (const { position, bytes } of rows) {
    for (let byte = 0; byte < bytes; byte += 23) {
      await detects(
        (database) => flip(database, 'keyring', 'sealed', position, byte * 8 + (byte % 8)),
        `key ${position}, byte ${byte}`,
      );
    }
    await detects((database) => database.exec(`UPDATE keyring SET id = id + 1 WHERE position = ${position}`));
    await detects((database) => database.exec(`DELETE FROM keyring WHERE position = ${position}`));
  }
});

test('detects two exchanged keys of the keyring', () =>
  detects((database) =>
    database.exec(
      'UPDATE keyring SET sealed = (SELECT k.sealed FROM keyring k WHERE k.position = 9 - keyring.position) WHERE position IN (4, 5)',
    ),
  ));

test('detects a changed description of the store', async () => {
  await assert.rejects(
    readAfter((database) => database.exec("UPDATE meta SET value = zeroblob(16) WHERE name = 'store-id'")),
    WrongRootKey,
  );
  await assert.rejects(
    readAfter((database) => database.exec("UPDATE meta SET value = zeroblob(32) WHERE name = 'root-check'")),
    WrongRootKey,
  );
  await detects((database) => database.exec("UPDATE meta SET value = zeroblob(104) WHERE name = 'log-head'"));
});
