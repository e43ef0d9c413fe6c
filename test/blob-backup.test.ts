import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bulwark, run } from './bulwark.ts';
import { S3Server, s3Key } from './s3-server.ts';
import { SpawnedServer } from './spawned-server.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-blob-backup-'));
after(() => rmSync(root, { recursive: true, force: true }));
const data = join(root, 'data');
const rootKey = ['--root-key', join(data, 'root.key')];
let server: SpawnedServer;
let keyId = '';
let s3: S3Server;

before(async () => {
  server = await SpawnedServer.start({ data });
  keyId = JSON.parse((await server.kms('CreateKey', { Description: 'kept' })).text).KeyMetadata.KeyId;
  s3 = await S3Server.start();
});
after(async () => {
  await server.stop();
  s3.close();
});

const serves = async (directory: string): Promise<void> => {
  const copy = await SpawnedServer.start({ data: directory });
  assert.match((await copy.kms('DescribeKey', { KeyId: keyId })).text, /kept/);
  await copy.stop();
};

describe('a backup in a bucket', () => {
  const env = {
    BULWARK_BLOB_ACCESS_KEY_ID: s3Key.accessKeyId,
    BULWARK_BLOB_SECRET_ACCESS_KEY: s3Key.secretAccessKey,
  };
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const withBucket = (...args: string[]) => run(process.execPath, [main, ...args, '--blob-endpoint', s3.url], { env });
  const place = 's3://bucket/nightly/monday';

  it('is written beside a running server, sealed, and restored', async () => {
    const { stdout, stderr } = await withBucket('backup', '--data', data, '--to', place);
    assert.match(stdout, /records and \d+ journal records/, stderr);
    assert.deepEqual([...s3.objects.keys()].map((name) => name.replace(/[0-9a-f]{32}/, 'ID')).sort(), [
      'nightly/backups/monday',
      'nightly/blobs/ID',
    ]);
    for (const { body } of s3.objects.values()) assert.equal(body.includes('SQLite'), false);
    const restored = await withBucket('restore', '--from', place, '--data', join(root, 'restored'), ...rootKey);
    assert.match(restored.stdout, /all verified; restored to/, restored.stderr);
    await serves(join(root, 'restored'));
  });

  it('is not written over, and needs credentials, a bucket and a name', async () => {
    assert.match((await withBucket('backup', '--data', data, '--to', place)).stderr, /is there already/);
    assert.match((await bulwark('backup', '--data', data, '--to', place)).stderr, /BULWARK_BLOB_ACCESS_KEY_ID/);
    for (const wrong of ['s3://bucket', 's3://bucket/', 's3://bucket/a b', 'gs://bucket/x'])
      assert.equal((await withBucket('backup', '--data', data, '--to', wrong)).exitCode, 2, wrong);
    const none = await withBucket(
      'restore',
      '--from',
      's3://bucket/nightly/tuesday',
      '--data',
      join(root, 'x'),
      ...rootKey,
    );
    assert.match(none.stderr, /there is no backup/);
  });

  for (const [what, name] of [
    ['its database', 'blobs/'],
    ['its description', 'backups/'],
  ] as const) {
    it(`is refused with one bit of ${what} flipped`, async () => {
      const [found] = [...s3.objects].filter(([key]) => key.includes(name));
      const { body } = found![1];
      for (const at of [20, Math.floor(body.length / 2), body.length - 1]) {
        body[at]! ^= 1;
        const { exitCode, stderr } = await withBucket(
          'restore',
          '--from',
          place,
          '--data',
          join(root, 'x'),
          ...rootKey,
        );
        assert.match(stderr, /altered|damaged|there is no/);
        assert.equal(exitCode, 2);
        body[at]! ^= 1;
      }
      assert.equal(
        (await withBucket('restore', '--from', place, '--data', join(root, 'x'), '--verify', ...rootKey)).exitCode,
        0,
      );
    });
  }

  it('leaves nothing that looks like a backup where the bucket fails in the middle', async () => {
    const before = [...s3.objects.keys()].filter((name) => name.includes('backups/'));
    s3.failures = 100;
    const { exitCode, stderr } = await withBucket('backup', '--data', data, '--to', 's3://bucket/nightly/failed');
    s3.failures = 0;
    assert.equal(exitCode, 2);
    assert.match(stderr, /^bulwark: .*refuses/);
    assert.deepEqual(
      [...s3.objects.keys()].filter((name) => name.includes('backups/')),
      before,
    );
  });
});

describe('a backup in a directory of blobs', () => {
  const directory = join(root, 'backups');
  const url = (name: string) => pathToFileURL(join(directory, name)).href;

  it('is written, restored, and its blob collected a day after it was deleted', async () => {
    for (const name of ['one', 'two']) {
      const { exitCode, stderr } = await bulwark('backup', '--data', data, '--to', url(name));
      assert.equal(exitCode, 0, stderr);
    }
    const restored = await bulwark('restore', '--from', url('two'), '--data', join(root, 'of-blobs'), ...rootKey);
    assert.equal(restored.exitCode, 0, restored.stderr);
    await serves(join(root, 'of-blobs'));
    rmSync(join(directory, 'backups', 'one'));
    const blobs = join(directory, 'blobs');
    for (const name of readdirSync(blobs)) utimesSync(join(blobs, name), 1, 1);
    assert.equal((await bulwark('backup', '--data', data, '--to', url('three'))).exitCode, 0);
    assert.equal(readdirSync(blobs).length, 2);
    for (const name of ['two', 'three'])
      assert.equal(
        (await bulwark('restore', '--from', url(name), '--data', join(root, 'x'), '--verify', ...rootKey)).exitCode,
        0,
      );
  });
});
