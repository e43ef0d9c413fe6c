import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bulwark } from './bulwark.ts';
import { SpawnedServer } from './spawned-server.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-backup-'));
after(() => rmSync(root, { recursive: true, force: true }));
const data = join(root, 'data');
const file = join(root, 'one.backup');
const rootKey = join(data, 'root.key');
let keyId = '';
let server: SpawnedServer;

before(async () => {
  server = await SpawnedServer.start({ data });
  const created = await server.kms('CreateKey', { Description: 'kept in the backup' });
  keyId = (JSON.parse(created.text) as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId;
});
after(() => server.stop());

const restore = (from: string, to: string, ...more: string[]) =>
  bulwark('restore', '--from', from, '--data', to, '--root-key', rootKey, ...more);

describe('a backup', () => {
  it('is taken beside a server that writes, and is consistent', async () => {
    let writing = true;
    let written = 0;
    const writer = (async () => {
      for (; writing; written++) assert.equal((await server.kms('CreateKey', {})).status, 200);
    })();
    const { stdout, stderr } = await bulwark('backup', '--data', data, '--to', file);
    writing = false;
    await writer;
    assert.match(stdout, /records and \d+ journal records/, stderr);
    assert.match(stdout, /opens with root\.key only/);
    assert.ok(written > 0);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(
      (await bulwark('restore', '--from', file, '--root-key', rootKey, '--data', join(root, 'none'), '--verify'))
        .exitCode,
      0,
    );
    assert.equal(existsSync(join(root, 'none')), false);
  });

  it('shows no name and no key', () => {
    const bytes = readFileSync(file);
    for (const secret of ['kept in the backup', keyId, readFileSync(rootKey, 'utf8').split('\n')[1]!])
      assert.equal(bytes.includes(secret), false);
  });

  it('is restored elsewhere, verified, and served with everything in it', async () => {
    const { stdout, exitCode, stderr } = await restore(file, join(root, 'restored'));
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /all verified; restored to/);
    const copy = await SpawnedServer.start({ data: join(root, 'restored') });
    const { text, status } = await copy.kms('DescribeKey', { KeyId: keyId });
    await copy.stop();
    assert.equal(status, 200);
    assert.match(text, /kept in the backup/);
    assert.equal((await bulwark('verify', '--data', join(root, 'restored'))).exitCode, 0);
  });

  it('opens only with its root key', async () => {
    const other = join(root, 'other.key');
    writeFileSync(other, `# another\n${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 });
    const { stderr, exitCode } = await bulwark(
      'restore',
      '--from',
      file,
      '--data',
      join(root, 'x'),
      '--root-key',
      other,
    );
    assert.match(stderr, /root key is that of another data directory/);
    assert.equal(exitCode, 2);
    assert.match((await bulwark('restore', '--from', file, '--data', join(root, 'x'))).stderr, /--root-key/);
    assert.equal(existsSync(join(root, 'x')), false);
  });

  it('is not restored over anything, nor written over anything', async () => {
    assert.match((await restore(file, data)).stderr, /is not empty/);
    assert.match((await bulwark('backup', '--data', data, '--to', file)).stderr, /is there already/);
  });

  it('is restored into an empty directory that is there, which stays the same one', async () => {
    const mounted = join(root, 'mounted');
    mkdirSync(join(mounted, 'lost+found'), { recursive: true });
    const { ino } = statSync(mounted);
    const { exitCode, stderr } = await restore(file, mounted);
    assert.equal(exitCode, 0, stderr);
    assert.equal(statSync(mounted).ino, ino);
    assert.deepEqual(readdirSync(mounted).sort(), ['bulwark.db', 'lock', 'lost+found', 'root.key']);
    assert.equal((await bulwark('verify', '--data', mounted)).exitCode, 0);
  });

  it('is restored anew where a restore was interrupted, and no server starts there before', async () => {
    const begun = join(root, 'begun');
    mkdirSync(join(begun, '.restoring-aaaaaa'), { recursive: true });
    cpSync(rootKey, join(begun, '.restoring-aaaaaa', 'root.key'));
    writeFileSync(join(begun, 'bulwark.db'), 'half way');
    writeFileSync(join(begun, 'lock'), '');
    const started = await bulwark('start', '--port', '0', '--data', begun);
    assert.equal(started.exitCode, 2, started.stdout);
    const { exitCode, stderr } = await restore(file, begun);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(readdirSync(begun).sort(), ['bulwark.db', 'lock', 'root.key']);
    assert.equal((await bulwark('verify', '--data', begun)).exitCode, 0);
  });

  it('is not restored over a database whose key is elsewhere', async () => {
    const keyless = join(root, 'keyless');
    mkdirSync(join(keyless, '.restoring-aaaaaa'), { recursive: true });
    cpSync(join(data, 'bulwark.db'), join(keyless, 'bulwark.db'));
    assert.match((await restore(file, keyless)).stderr, /is not empty/);
    assert.equal(existsSync(join(keyless, 'bulwark.db')), true);
  });

  it('is refused by a directory that cannot be written, before anything is verified', {
    skip: process.getuid?.() === 0 && 'root writes everywhere',
  }, async () => {
    const parent = join(root, 'read-only');
    mkdirSync(join(parent, 'own'), { recursive: true });
    chmodSync(parent, 0o555);
    const refused = await restore(file, join(parent, 'new'));
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /^bulwark: data: .*read-only\/new cannot be made or written by this user.*\n$/);
    const { exitCode, stderr } = await restore(file, join(parent, 'own'));
    assert.equal(exitCode, 0, stderr);
    assert.equal((await restore(file, join(parent, 'new'), '--verify')).exitCode, 0);
  });

  it('names the copy of root.key where other users can read it', async () => {
    const open = join(root, 'open.key');
    cpSync(rootKey, open);
    chmodSync(open, 0o644);
    const { exitCode, stderr } = await bulwark(
      'restore',
      '--from',
      file,
      '--data',
      join(root, 'z'),
      '--root-key',
      open,
    );
    assert.deepEqual([exitCode, stderr], [2, `bulwark: ${open} can be read by other users: run chmod 600 on it.\n`]);
  });

  const bytes = () => readFileSync(file);
  const flipped = (at: number) => {
    const copy = bytes();
    copy[at < 0 ? copy.length + at : at]! ^= 1;
    return copy;
  };
  for (const [what, content, says] of [
    ['is no backup', () => Buffer.from('something else altogether, and long enough'), /not a backup/],
    [
      'is of a newer format',
      () => Buffer.concat([Buffer.from('bulwark-backup\0\x03', 'latin1'), bytes().subarray(16)]),
      /newer Bulwark/,
    ],
    ['has an altered header', () => flipped(40), /does not open|damaged/],
    ['has an altered manifest', () => flipped(bytes().indexOf('SQLite format 3') - 20), /backup was altered/],
    ['has an altered database', () => flipped(-3000), /database is not the one/],
    ['was cut off', () => bytes().subarray(0, -4096), /database is not the one/],
    ['was cut off in its header', () => bytes().subarray(0, 18), /ends in its header/],
  ] as const) {
    it(`that ${what} is refused, and leaves nothing behind`, async () => {
      const broken = join(mkdtempSync(join(root, 'broken-')), 'b');
      writeFileSync(broken, content());
      const before = readdirSync(root);
      const { stderr, exitCode } = await restore(broken, join(root, 'y'));
      assert.match(stderr, says);
      assert.equal(exitCode, 2);
      assert.deepEqual(readdirSync(root), before);
    });
  }
});
