import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { SealError } from '../seal/seal-error.ts';
import { storeFormat } from './engine.ts';
import { WrongRootKey } from './keyring.ts';
import { openStore } from './open.ts';
import { CannotOpenStore } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-open-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** A data directory as a first start leaves it. */
const usedDirectory = async (): Promise<string> => {
  const data = mkdtempSync(join(root, 'store-'));
  await (await openStore({ data })).close();
  return data;
};

const refuses = (data: string, sentence: RegExp) =>
  assert.rejects(
    openStore({ data }),
    (error) => (error instanceof CannotOpenStore || error instanceof SealError) && sentence.test(error.message),
  );

test('makes the directory and a root key that only its owner can read', async () => {
  const data = join(root, 'not', 'there');
  await (await openStore({ data })).close();
  assert.equal(statSync(join(data, 'root.key')).mode & 0o777, 0o600);
  assert.match(readFileSync(join(data, 'root.key'), 'utf8'), /^# Bulwark root key\..*\n[A-Za-z0-9+/]{43}=\n$/);
});

test('refuses another root key', async () => {
  const data = await usedDirectory();
  writeFileSync(join(data, 'root.key'), `# another\n${Buffer.alloc(32, 7).toString('base64')}\n`);
  await assert.rejects(openStore({ data }), WrongRootKey);
  await assert.rejects(openStore({ data, rootKey: createSecretKey(Buffer.alloc(32, 8)) }), WrongRootKey);
});

test('refuses a root key file that is missing, malformed or open to others, and never makes a new one over data', async () => {
  const data = await usedDirectory();
  const path = join(data, 'root.key');
  const text = readFileSync(path, 'utf8');
  chmodSync(path, 0o640);
  await refuses(data, /chmod 600/);
  chmodSync(path, 0o600);
  for (const malformed of ['', 'c2hvcnQ=', `${text}x`, text.slice(0, -3)]) {
    writeFileSync(path, malformed);
    await refuses(data, /malformed/);
  }
  rmSync(path);
  await refuses(data, /root\.key is missing/);
  writeFileSync(path, text, { mode: 0o600 });
  await (await openStore({ data })).close();
});

test('takes a root key that is kept elsewhere', async () => {
  const data = join(root, 'elsewhere');
  const rootKey = createSecretKey(Buffer.alloc(32, 9));
  await (await openStore({ data, rootKey })).close();
  await (await openStore({ data, rootKey })).close();
  assert.throws(() => readFileSync(join(data, 'root.key')));
});

test('refuses a directory that is in use, until it is closed', async () => {
  const data = await usedDirectory();
  const store = await openStore({ data });
  await refuses(data, /another Bulwark is using/);
  await store.close();
  await (await openStore({ data })).close();
});

test('refuses data of a newer format, changing nothing', async () => {
  const data = await usedDirectory();
  const database = new DatabaseSync(join(data, 'bulwark.db'));
  database.prepare("UPDATE meta SET value = ? WHERE name = 'format'").run(Buffer.from(String(storeFormat + 1)));
  database.close();
  const before = readFileSync(join(data, 'bulwark.db'));
  await refuses(data, new RegExp(`newer Bulwark: its format is ${storeFormat + 1},`));
  assert.deepEqual(readFileSync(join(data, 'bulwark.db')), before);
});

test('refuses a file that is not a database, and one that lost its description', async () => {
  const strange = mkdtempSync(join(root, 'store-'));
  writeFileSync(join(strange, 'bulwark.db'), 'This is not a database. '.repeat(100));
  await refuses(strange, /not a Bulwark database/);
  for (const name of ['format', 'store-id', 'root-check', 'log-head']) {
    const data = await usedDirectory();
    const database = new DatabaseSync(join(data, 'bulwark.db'));
    database.prepare('DELETE FROM meta WHERE name = ?').run(name);
    database.close();
    await refuses(data, /damaged/);
  }
});
