import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { findRolledBack } from '../journal/rolled-back.ts';
import { verifyJournal } from '../journal/verify.ts';
import { readPlainRootKey } from '../seal/seal.ts';
import { collection } from './collection.ts';
import { storeFormat } from './engine.ts';
import { LogChain } from './log-chain.ts';
import { openStore } from './open.ts';
import { openStored } from './stored.ts';
import { verifyRecords } from './verify-records.ts';

interface Item {
  readonly text: string;
}

const items = collection<Item>('test.items', { key: ['account', 'name'], indexes: { text: ({ text }) => [text] } });
const root = mkdtempSync(join(tmpdir(), 'bulwark-verify-'));
after(() => rmSync(root, { recursive: true, force: true }));
const data = join(root, 'data');
const earlier = join(root, 'earlier');

const copyOf = (directory: string): string => {
  const copy = mkdtempSync(join(root, 'copy-'));
  cpSync(directory, copy, { recursive: true });
  return copy;
};
const write = async (directory: string, ...texts: readonly string[]): Promise<void> => {
  const store = await openStore({ data: directory });
  for (const [n, text] of texts.entries()) {
    await store.transact((tx) => {
      items.put(tx, ['1', `item ${n}`], { text });
      tx.append(JSON.stringify({ wrote: text }));
    });
  }
  await store.close();
};
const verify = (directory: string) => verifyRecords(directory, readPlainRootKey(directory, false));
const tampered = (sql: string, from = data): string => {
  const copy = copyOf(from);
  const database = new DatabaseSync(join(copy, 'bulwark.db'));
  database.exec(`ATTACH '${join(earlier, 'bulwark.db')}' AS earlier; ${sql}`);
  database.close();
  return copy;
};

before(async () => {
  await write(data, 'red', 'green', 'blue');
  cpSync(data, earlier, { recursive: true });
  await write(data, 'crimson', 'green', 'azure');
});

test('every record of an untouched directory verifies, after writes, changes and deletions without a journal record', async () => {
  assert.deepEqual(await verify(data), { records: 3 });
  const copy = copyOf(data);
  const store = await openStore({ data: copy });
  await store.transact((tx) => items.delete(tx, ['1', 'item 1']));
  await store.close();
  assert.deepEqual(await verify(copy), { records: 2 });
});

describe('verification finds', () => {
  for (const [what, sql, says] of [
    [
      'a record put back to its own older revision',
      'UPDATE records SET (revision, sealed) = (SELECT o.revision, o.sealed FROM earlier.records o WHERE o.id = records.id) WHERE rowid = 1',
      /older revision/,
    ],
    ['a record that was removed', 'DELETE FROM records WHERE rowid = 2', /removed/],
    [
      'an index entry that was removed',
      'DELETE FROM entries WHERE entry = (SELECT min(entry) FROM entries)',
      /removed/,
    ],
    [
      'all records put back together',
      'DELETE FROM records; DELETE FROM entries; INSERT INTO records SELECT * FROM earlier.records; INSERT INTO entries SELECT * FROM earlier.entries',
      /older revision/,
    ],
    [
      'a record copied to another key',
      'UPDATE records SET (revision, sealed) = (SELECT revision, sealed FROM records WHERE rowid = 2) WHERE rowid = 1',
      /altered or moved/,
    ],
    [
      'an altered record',
      'UPDATE records SET sealed = CAST(substr(sealed, 1, 40) || zeroblob(4) || substr(sealed, 45) AS BLOB) WHERE rowid = 3',
      /altered or moved/,
    ],
  ] as const) {
    test(what, async () => assert.match((await verify(tampered(sql))).fault ?? '', says));
  }
});

describe('a head kept elsewhere', () => {
  test('tells a journal that was put back whole, which nothing else can', async () => {
    const kept = (await verifyJournal(data)).head!;
    assert.equal((await verifyJournal(earlier)).fault, undefined);
    assert.deepEqual(await verify(earlier), { records: 3 });
    assert.match(
      (await findRolledBack(earlier, kept)) ?? '',
      /put back: it ends at record 3, and the head kept elsewhere is record 6/,
    );
  });

  test('is part of every later state of its journal', async () =>
    assert.equal(await findRolledBack(data, (await verifyJournal(earlier)).head!), undefined));

  test('tells a journal that was put back and went on', async () => {
    const other = copyOf(earlier);
    await write(other, 'other', 'other', 'other', 'other');
    assert.match((await findRolledBack(other, (await verifyJournal(data)).head!)) ?? '', /another one/);
  });
});

test('a directory of format 1 is migrated at its first start', async () => {
  const old = copyOf(data);
  const { barrier, snapshot } = await openStored(old);
  await snapshot.close();
  const { key, storeId } = barrier.logKey;
  const chain = new LogChain({ key, storeId });
  const aad = Buffer.concat([Buffer.from('log-head\0'), storeId]);
  const database = new DatabaseSync(join(old, 'bulwark.db'));
  const head = (database.prepare("SELECT value FROM meta WHERE name = 'log-head'").get() as { value: Uint8Array })
    .value;
  const set = database.prepare('UPDATE meta SET value = ? WHERE name = ?');
  const { sequence, hash, genesis } = chain.openHead(head);
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(sequence));
  const content = Buffer.concat([number, Buffer.from(hash + genesis, 'hex')]);
  set.run(AeadKey.from(key, 'bulwark/log-head').seal(content, aad), 'log-head');
  set.run(Buffer.from('1'), 'format');
  database.close();
  assert.deepEqual(await verify(old), { records: 3 });
  await write(old, 'scarlet');
  const migrated = new DatabaseSync(join(old, 'bulwark.db'), { readOnly: true });
  const { value } = migrated.prepare("SELECT value FROM meta WHERE name = 'format'").get() as { value: Uint8Array };
  migrated.close();
  assert.equal(Buffer.from(value).toString(), String(storeFormat));
  assert.deepEqual(await verify(old), { records: 3 });
  assert.equal((await verifyJournal(old)).fault, undefined);
});
