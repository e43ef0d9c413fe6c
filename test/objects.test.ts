import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DirectoryObjects } from '../src/store/objects/directory.ts';
import { NoSuchObject, type Objects, ObjectsUnavailable } from '../src/store/objects/objects.ts';
import { S3Objects } from '../src/store/objects/s3.ts';
import { S3Server, s3Key } from './s3-server.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-objects-'));
after(() => rmSync(root, { recursive: true, force: true }));
let server: S3Server;
before(async () => {
  server = await S3Server.start();
});
after(() => server.close());

async function* of(...pieces: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}
const gathered = async <T>(pieces: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
};
const all = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => Buffer.concat(await gathered(pieces));
const bucket = (more = {}): Objects =>
  new S3Objects({ bucket: 'bucket', region: 'us-east-1', endpoint: server.url, key: s3Key, ...more }, 'some/prefix/');

const places: readonly { readonly what: string; readonly objects: () => Objects }[] = [
  { what: 'a directory', objects: () => new DirectoryObjects(join(root, 'objects')) },
  { what: 'a bucket', objects: () => bucket() },
];

for (const { what, objects } of places) {
  describe(what, () => {
    it('gives back what was put there, of any length, in any pieces', async () => {
      const place = objects();
      for (const [at, content] of [[], ['x'], ['', 'ab', '', 'c'], [randomBytes(3_000_000)]].entries()) {
        await place.put(`sizes/${at}`, of(...content));
        assert.deepEqual(
          await all(place.get(`sizes/${at}`)),
          Buffer.concat(content.map((piece) => Buffer.from(piece))),
        );
      }
    });

    it('keeps what is larger than a part', async () => {
      const place = objects();
      const piece = randomBytes(1_000_003);
      const content = Array.from({ length: 20 }, () => piece);
      await place.put('large', of(...content));
      const hash = createHash('sha256');
      for await (const read of place.get('large')) hash.update(read);
      assert.equal(hash.digest('hex'), createHash('sha256').update(Buffer.concat(content)).digest('hex'));
    });

    it('replaces an object, and has none of a content that broke off', async () => {
      const place = objects();
      await place.put('one', of('old'));
      await place.put('one', of('new'));
      const broken = async function* (bytes: number): AsyncGenerator<Buffer> {
        yield randomBytes(bytes);
        throw new Error('broke off');
      };
      for (const bytes of [10, 20_000_000]) {
        await assert.rejects(place.put('one', broken(bytes)), /broke off/);
        await assert.rejects(place.put('other', broken(bytes)), /broke off/);
      }
      assert.equal((await all(place.get('one'))).toString(), 'new');
      await assert.rejects(all(place.get('other')), NoSuchObject);
      const names = (await gathered(place.list('o'))).map(({ name }) => name);
      assert.deepEqual(names, ['one']);
      assert.equal(server.uploads.size, 0);
    });

    it('lists by prefix, with times, and deletes', async () => {
      const place = objects();
      const names = ['list/a', 'list/b', 'list/c/d', 'list/e', 'list/f', 'list/g', 'list/h', 'listed'];
      for (const name of names) await place.put(name, of(name));
      const found = await gathered(place.list('list/'));
      assert.deepEqual(found.map(({ name }) => name).sort(), names.slice(0, -1));
      for (const { storedAt } of found) assert.ok(Math.abs(storedAt - Date.now()) < 60_000);
      await place.delete('list/a');
      await place.delete('list/a');
      assert.equal((await gathered(place.list('list/'))).length, 6);
      assert.deepEqual(await gathered(place.list('nothing/')), []);
    });

    it('takes no name that leads elsewhere', async () => {
      for (const name of ['../x', '/x', 'a/../b', 'a//b', '.hidden', 'a/', '', 'a b', 'ä'])
        await assert.rejects(objects().put(name, of('x')), RangeError);
    });
  });
}

describe('a directory', () => {
  it('shows its objects to nobody else, and lists what a crash left', async () => {
    const directory = join(root, 'private');
    const place = new DirectoryObjects(directory);
    await place.put('a/b', of('x'));
    assert.deepEqual(
      [statSync(directory).mode & 0o777, statSync(join(directory, 'a', 'b')).mode & 0o777],
      [0o700, 0o600],
    );
    assert.deepEqual(readdirSync(join(directory, 'a')), ['b']);
    utimesSync(join(directory, 'a', 'b'), 1, 1);
    assert.deepEqual(await gathered(place.list('a/')), [{ name: 'a/b', storedAt: 1000 }]);
  });

  it('says why it cannot be written', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    const place = new DirectoryObjects(join(file, 'objects'));
    await assert.rejects(place.put('a', of('x')), ObjectsUnavailable);
  });
});

describe('a bucket', () => {
  it('is asked again while its endpoint fails, and holds one part in memory', async () => {
    server.failures = 2;
    server.largestBody = 0;
    await bucket().put('again', of(randomBytes(9_000_000), randomBytes(9_000_000)));
    server.failures = 3;
    assert.equal((await all(bucket().get('again'))).length, 18_000_000);
    assert.equal(server.largestBody, 8 * 1024 * 1024);
    server.failures = 10;
    await assert.rejects(bucket().put('again', of('x')), /SlowDown: refused & meant so/);
    server.failures = 0;
  });

  it('says what it refuses, without the secret', async () => {
    const wrong = bucket({ key: { ...s3Key, secretAccessKey: 'another-secret' } });
    await assert.rejects(wrong.put('x', of('x')), (error: Error) => {
      assert.match(error.message, /refuses PUT bucket\/some\/prefix\/x: SignatureDoesNotMatch/);
      assert.doesNotMatch(error.message, /another-secret/);
      return error instanceof ObjectsUnavailable;
    });
    await assert.rejects(gathered(bucket({ bucket: 'nobodys' }).list('')), /NoSuchBucket/);
    await assert.rejects(all(bucket({ endpoint: 'http://127.0.0.1:1' }).get('x')), /does not answer/);
  });

  it('gives no mixture of an object and the one that replaced it meanwhile', async () => {
    await bucket().put('replaced', of(randomBytes(9_000_000)));
    const reading = bucket().get('replaced')[Symbol.asyncIterator]();
    await reading.next();
    await bucket().put('replaced', of(randomBytes(9_000_000)));
    await assert.rejects(async () => reading.next(), ObjectsUnavailable);
  });
});
