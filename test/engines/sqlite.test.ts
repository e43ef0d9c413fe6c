import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, afterEach, test } from 'node:test';
import { collection } from '../../src/store/collection.ts';
import { lockedSqlite } from '../../src/store/engines/sqlite.ts';
import { holdDirectory, openStore } from '../../src/store/open.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { acceptance } from './acceptance.ts';
import { batchAcceptance } from './batches.ts';
import { sharing } from './sharing.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-sqlite-'));
after(() => rmSync(root, { recursive: true, force: true }));
/** Stores that a failing test would leave open, and the process alive. */
const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
const open = async (data: string): Promise<Store> => {
  const store = await openStore({ data });
  opened.push(store);
  return store;
};
const newDirectory = (): string => mkdtempSync(join(root, 'store-'));

acceptance('sqlite', () => openStore({ data: newDirectory() }));
batchAcceptance('sqlite', () => lockedSqlite(newDirectory()));

const sharedDirectory = async (): Promise<string> => {
  const data = newDirectory();
  await (await openStore({ data })).close();
  return data;
};
acceptance('sqlite, shared', async () => openStore({ data: await sharedDirectory(), shared: true }));
batchAcceptance('sqlite, shared', () => lockedSqlite(newDirectory(), true));
sharing('sqlite', async () => {
  const data = await sharedDirectory();
  return [await openStore({ data, shared: true }), await openStore({ data, shared: true })];
});

test('sqlite: lets no server take a directory while another has it, or processes are left that one started', async () => {
  const data = await sharedDirectory();
  const letGo = holdDirectory(data);
  const member = await openStore({ data, shared: true });
  assert.throws(() => holdDirectory(data), /another Bulwark is using/);
  letGo();
  assert.throws(() => holdDirectory(data), /another Bulwark is using/);
  await assert.rejects(openStore({ data }), /another Bulwark is using/);
  await member.close();
  holdDirectory(data)();
});

const secrets = collection<{ secret: string; owner: string }>('test.secrets', {
  key: ['account', 'name'],
  indexes: { owner: ({ owner }) => [owner] },
});
const markers = [
  'PlaintextName',
  'PlaintextValue',
  'PlaintextOwner',
  'PlaintextAccount',
  'PlaintextLog',
  'PlaintextWrapped',
];

const fill = (store: Store): Promise<void> =>
  store.transact((tx) => {
    secrets.put(tx, ['PlaintextAccount', 'PlaintextName'], { secret: 'PlaintextValue', owner: 'PlaintextOwner' });
    tx.append('{"text":"PlaintextLog"}');
    for (let n = 0; n < 50; n++) tx.append(`{"text":"PlaintextLog ${n}"}`);
    store.keyWrap('PlaintextWrapped').wrap(Buffer.from('PlaintextWrapped'), 'x');
  });

const requireNoPlaintext = (directory: string): void => {
  for (const file of readdirSync(directory)) {
    const content = readFileSync(join(directory, file));
    for (const marker of [...markers, 'test.secrets', 'owner']) {
      assert.equal(content.indexOf(marker), -1, `${marker} in ${file}`);
    }
  }
};

test('sqlite: keeps records, indexes, wrapped secrets and log over a restart', async () => {
  const data = newDirectory();
  const first = await open(data);
  await fill(first);
  const wrapped = first.keyWrap('test').wrap(Buffer.from('secret'), 'here');
  await first.transact((tx) => secrets.put(tx, ['a', 'b'], { secret: wrapped, owner: 'me' }));
  await first.close();

  const second = await open(data);
  const tx = second.begin();
  assert.equal(secrets.find(tx, ['PlaintextAccount', 'PlaintextName'])?.secret, 'PlaintextValue');
  assert.equal(secrets.list(tx, ['PlaintextAccount'], { limit: 5 }).items.length, 1);
  assert.equal(secrets.listBy(tx, 'owner', ['PlaintextOwner']).length, 1);
  assert.equal(
    second
      .keyWrap('test')
      .unwrap(secrets.find(tx, ['a', 'b'])!.secret, 'here')
      .toString(),
    'secret',
  );
  assert.equal(second.logHead, 51);
  await second.transact((tx) => tx.append('{"n":52}'));
  assert.deepEqual(await second.readLog(51, 5), [{ sequence: 52, text: '{"n":52}' }]);
  await second.close();
});

test('sqlite: leaves no plaintext name, value, index, log record or collection in any file, open or closed', async () => {
  const data = newDirectory();
  const store = await open(data);
  await fill(store);
  requireNoPlaintext(data);
  await store.close();
  requireNoPlaintext(data);
});

test('sqlite: lets nobody else read its files', async () => {
  const data = newDirectory();
  const store = await open(data);
  await fill(store);
  for (const file of readdirSync(data)) {
    assert.equal(statSync(join(data, file)).mode & 0o077, 0, file);
  }
  await store.close();
});

test('sqlite: folds the write-ahead log into the database when it closes', async () => {
  const data = newDirectory();
  const store = await open(data);
  await fill(store);
  await store.close();
  assert.deepEqual(readdirSync(data).sort(), ['bulwark.db', 'lock', 'root.key']);
});

test('sqlite: keeps the write-ahead log bounded under load', async () => {
  const data = newDirectory();
  const store = await open(data);
  const noise = Array.from({ length: 2000 }, () => Math.random().toString(36)).join('');
  for (let n = 0; n < 40; n++) {
    await Promise.all(
      Array.from({ length: 20 }, () => store.transact((tx) => tx.append(`{"n":"${noise.slice(n, n + 20_000)}"}`))),
    );
  }
  assert.ok(statSync(join(data, 'bulwark.db-wal')).size < 12 * 1024 * 1024);
  await store.close();
});

test('sqlite: fails a commit that the disk refuses and whatever read it, forgets both, and goes on', async () => {
  const data = newDirectory();
  const store = await open(data);
  await fill(store);
  const other = new DatabaseSync(join(data, 'bulwark.db'));
  other.exec('BEGIN IMMEDIATE');

  const writes = store.begin();
  secrets.put(writes, ['a', 'new'], { secret: 'new', owner: 'me' });
  writes.append('{}');
  const refused = assert.rejects(store.commit(writes), StoreUnavailable);
  await new Promise(setImmediate);
  const reads = store.begin();
  assert.equal(secrets.list(reads, ['a'], { limit: 9 }).items.length, 1);
  reads.append('{}');
  const dependent = assert.rejects(store.commit(reads), StoreUnavailable);
  await refused;
  await dependent;
  assert.equal(secrets.find(store.begin(), ['a', 'new']), undefined);
  assert.deepEqual(secrets.list(store.begin(), ['a'], { limit: 9 }).items, []);
  assert.deepEqual(secrets.listBy(store.begin(), 'owner', ['me']), []);
  assert.equal(store.logHead, 51);

  other.exec('ROLLBACK');
  other.close();
  await store.transact((tx) => secrets.put(tx, ['a', 'new'], { secret: 'second try', owner: 'me' }));
  assert.equal(secrets.find(store.begin(), ['a', 'new'])?.secret, 'second try');
  await store.close();
  const again = await open(data);
  assert.equal(secrets.find(again.begin(), ['a', 'new'])?.secret, 'second try');
  await again.close();
});

test('sqlite: a copied directory opens with the same root key', async () => {
  const data = newDirectory();
  const store = await open(data);
  await fill(store);
  await store.close();
  const copy = join(root, 'copy');
  cpSync(data, copy, { recursive: true });
  const opened = await open(copy);
  assert.equal(secrets.find(opened.begin(), ['PlaintextAccount', 'PlaintextName'])?.owner, 'PlaintextOwner');
  await opened.close();
});
