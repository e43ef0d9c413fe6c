import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bulwark } from './bulwark.ts';
import { noPostgres, PostgresServer } from './postgres-server.ts';
import { SpawnedServer } from './spawned-server.ts';

describe('what an operator does with a database', { skip: noPostgres }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-database-'));
  const keys = join(root, 'keys');
  const backup = join(root, 'one.backup');
  let server: PostgresServer;
  let data: string;
  let one: SpawnedServer;
  let keyId = '';
  let blob = '';

  before(async () => {
    server = await PostgresServer.start();
    data = await server.newDatabase();
    one = await SpawnedServer.start({ data, flags: ['--key-directory', keys] });
    keyId = JSON.parse((await one.kms('CreateKey', { Description: 'kept' })).text).KeyMetadata.KeyId;
    blob = JSON.parse((await one.kms('Encrypt', { KeyId: keyId, Plaintext: 'aGk=' })).text).CiphertextBlob;
  });
  after(async () => {
    await one?.stop();
    await server?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  const on = (database: string, command: string, ...more: string[]) =>
    bulwark(command, '--data', database, '--key-directory', keys, ...more);

  it('verifies journal and records beside a running server, and compares a head that was kept', async () => {
    const first = await on(data, 'verify-journal');
    assert.match(first.stdout, /records verified, none changed/, first.stderr);
    const head = /^head (.*)$/m.exec(first.stdout)![1]!;
    await one.kms('CreateKey', {});
    const { stdout, exitCode, stderr } = await on(data, 'verify', '--expect-head', head);
    assert.match(stdout, /journal records and \d+ stored records verified/, stderr);
    assert.equal(exitCode, 0);
    assert.match(
      (await on(data, 'verify', '--expect-head', `${head.slice(0, -64)}${'0'.repeat(64)}`)).stdout,
      /another one/,
    );
  });

  it('backs up while a server writes, and the backup is whole', async () => {
    let writing = true;
    let written = 0;
    const writer = (async () => {
      for (; writing; written++) assert.equal((await one.kms('CreateKey', {})).status, 200);
    })();
    const { stdout, stderr } = await on(data, 'backup', '--to', backup);
    writing = false;
    await writer;
    assert.match(stdout, /records and \d+ journal records/, stderr);
    assert.ok(written > 0);
    assert.equal(readFileSync(backup).includes('kept'), false);
    const verified = await on(data, 'restore', '--from', backup, '--verify');
    assert.match(verified.stdout, /all verified\.$/m, verified.stderr);
  });

  const serves = async (place: string, ...flags: string[]): Promise<void> => {
    const copy = await SpawnedServer.start({ data: place, flags });
    try {
      assert.match((await copy.kms('DescribeKey', { KeyId: keyId })).text, /kept/);
      assert.equal(JSON.parse((await copy.kms('Decrypt', { CiphertextBlob: blob })).text).Plaintext, 'aGk=');
      assert.equal((await copy.kms('CreateKey', {})).status, 200);
    } finally {
      await copy.stop();
    }
  };

  it('restores a backup of the database into a directory', async () => {
    const directory = join(root, 'directory');
    const rootKey = ['--root-key', join(keys, 'root.key')];
    const { stdout, stderr } = await bulwark('restore', '--from', backup, '--data', directory, ...rootKey);
    assert.match(stdout, /all verified; restored to/, stderr);
    await serves(directory);
    assert.equal((await bulwark('verify', '--data', directory)).exitCode, 0);
  });

  it('restores a backup of a directory into a database, with the root key beside it, and of a database again', async () => {
    const ofDirectory = join(root, 'two.backup');
    assert.equal((await bulwark('backup', '--data', join(root, 'directory'), '--to', ofDirectory)).exitCode, 0);
    const target = await server.newDatabase();
    const other = ['--data', target, '--key-directory', join(root, 'other-keys')];
    const rootKey = ['--root-key', join(keys, 'root.key')];
    const { stdout, stderr } = await bulwark('restore', '--from', ofDirectory, ...other, ...rootKey);
    assert.match(stdout, /restored to postgres:\/\//, stderr);
    assert.doesNotMatch(stdout + stderr, /not-secret/);
    assert.equal(existsSync(join(root, 'other-keys', 'root.key')), true);
    assert.equal(existsSync(join(root, 'other-keys', 'bulwark.db')), false);
    assert.equal((await bulwark('verify', ...other)).exitCode, 0);
    await serves(target, ...other.slice(2));
    assert.equal((await bulwark('verify', ...other)).exitCode, 0);
  });

  it('restores into a new database for hosts that have the root key, and over nothing', async () => {
    const target = await server.newDatabase();
    assert.match((await on(target, 'restore', '--from', backup)).stdout, /restored to/);
    await serves(target, '--key-directory', keys);
    const again = await on(target, 'restore', '--from', backup);
    assert.match(again.stderr, /holds a store already/);
    assert.equal(again.exitCode, 2);
    assert.equal((await on(target, 'verify')).exitCode, 0);
  });

  it('finds what was changed, removed or put back in the database', async () => {
    const target = await server.newDatabase();
    await on(target, 'restore', '--from', backup);
    const shape = await server.query(target, 'SELECT id, sealed FROM bulwark_records ORDER BY id LIMIT 2');
    const hex = (value: unknown) => `'\\x${(value as Buffer).toString('hex')}'::bytea`;
    const [first, second] = shape;
    await server.query(
      target,
      `UPDATE bulwark_records SET sealed = ${hex(second!.sealed)} WHERE id = ${hex(first!.id)}`,
    );
    assert.match((await on(target, 'verify')).stdout, /BROKEN records: .*altered or moved/);
    await server.query(
      target,
      `UPDATE bulwark_records SET sealed = ${hex(first!.sealed)} WHERE id = ${hex(first!.id)}`,
    );
    assert.equal((await on(target, 'verify')).exitCode, 0);
    await server.query(target, `DELETE FROM bulwark_records WHERE id = ${hex(first!.id)}`);
    assert.match((await on(target, 'verify')).stdout, /BROKEN records: .*some were removed/);
    await server.query(target, 'DELETE FROM bulwark_log WHERE first = 1');
    assert.match((await on(target, 'verify-journal')).stdout, /BROKEN at record 1/);
    await server.query(target, "DELETE FROM bulwark_meta WHERE name = 'log-head'");
    for (const command of ['verify', 'verify-journal']) {
      const { stdout, stderr, exitCode } = await on(target, command);
      assert.match(stdout, /^BROKEN .*the head of the journal was altered or removed$/m, stderr);
      assert.equal(exitCode, 1);
    }
  });

  it('says in one sentence when the database is away, or holds nothing, without its password', async () => {
    const nothing = await on(await server.newDatabase(), 'verify');
    assert.match(nothing.stderr, /^bulwark: the database holds no store\n$/);
    const away = await on('postgres://bulwark:not-secret@127.0.0.1:1/nobody', 'backup', '--to', join(root, 'x'));
    assert.match(away.stderr, /^bulwark: the database cannot be used: .*\n$/);
    assert.doesNotMatch(away.stderr, /not-secret/);
    assert.equal(existsSync(join(root, 'x')), false);
  });

  it('gives everything new keys while servers go on, and the root key a new one when they are stopped', async () => {
    const target = await server.newDatabase();
    const own = join(root, 'own-keys');
    const flags = ['--data', target, '--key-directory', own];
    const first = await SpawnedServer.start({ data: target, flags: flags.slice(2) });
    const { KeyId } = JSON.parse((await first.kms('CreateKey', {})).text).KeyMetadata;
    const keysInUse = async () =>
      Number(
        (
          await server.query(
            target,
            'SELECT count(DISTINCT substring(sealed from 2 for 4)) AS keys FROM bulwark_records',
          )
        )[0]!.keys,
      );
    const before = await keysInUse();
    const { stdout, stderr } = await bulwark('rotate-keys', ...flags);
    assert.match(stdout, /records, \d+ of them sealed anew: done/, stderr);
    assert.equal((await first.kms('DescribeKey', { KeyId })).status, 200);
    // The collections of the rotation itself came with it.
    assert.ok((await keysInUse()) <= before + 3);
    const refused = await bulwark('rotate-keys', '--root', ...flags);
    assert.match(refused.stderr, /another Bulwark is using the database .*stop every server first/);
    await first.stop();

    const old = readFileSync(join(own, 'root.key'), 'utf8');
    const changed = await bulwark('rotate-keys', '--root', ...flags);
    assert.match(changed.stdout, /root key of postgres:.* is a new one/, changed.stderr);
    assert.notEqual(readFileSync(join(own, 'root.key'), 'utf8'), old);
    assert.equal((await bulwark('verify', ...flags)).exitCode, 0);
    const second = await SpawnedServer.start({ data: target, flags: flags.slice(2) });
    assert.equal((await second.kms('DescribeKey', { KeyId })).status, 200);
    await second.stop();
    writeFileSync(join(own, 'root.key'), old);
    assert.match((await bulwark('verify', ...flags)).stderr, /root key does not belong/);
  });

  it('keeps the root key under another seal beside running servers', async () => {
    const sealed = join(root, 'sealed-keys');
    cpSync(keys, sealed, { recursive: true });
    const flags = ['--data', data, '--key-directory', sealed, '--seal-key-file', join(root, 'seal.key')];
    const { exitCode, stderr } = await bulwark('rewrap', ...flags, '--seal', 'key-file');
    assert.equal(exitCode, 0, stderr);
    assert.equal(existsSync(join(sealed, 'root.key')), false);
    assert.equal((await bulwark('verify', ...flags)).exitCode, 0);
  });
});
