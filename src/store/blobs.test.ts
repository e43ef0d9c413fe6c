import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type BlobReference, Blobs } from './blobs.ts';
import { IntegrityError } from './keyring.ts';
import { DirectoryObjects } from './objects/directory.ts';
import { NoSuchObject } from './objects/objects.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-blobs-'));
after(() => rmSync(root, { recursive: true, force: true }));
const directory = join(root, 'blobs');
const blobs = new Blobs(new DirectoryObjects(root));
const chunk = 1_048_576;
const sealedChunk = chunk + 32;
const headerBytes = 34;

async function* piecesOf(content: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += bytes) yield content.subarray(at, at + bytes);
}
const write = (content: Buffer): Promise<BlobReference> => blobs.write(piecesOf(content, 300_001));
const gathered = async <T>(pieces: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
};
const read = async (reference: BlobReference): Promise<Buffer> => Buffer.concat(await gathered(blobs.read(reference)));
const pathOf = ({ id }: BlobReference): string => join(directory, id);

for (const bytes of [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 7]) {
  test(`gives back ${bytes} bytes, and stores nothing readable`, async () => {
    const content = Buffer.alloc(bytes, 'plaintext!');
    const reference = await write(content);
    assert.equal(reference.bytes, bytes);
    assert.deepEqual(await read(reference), content);
    const stored = readFileSync(pathOf(reference));
    const chunks = Math.max(1, Math.ceil(bytes / chunk));
    assert.deepEqual([stored.length, stored.includes('plaintext')], [headerBytes + bytes + 32 * chunks, false]);
  });
}

const content = randomBytes(2 * chunk + 5);
const last = headerBytes + 2 * sealedChunk;
describe('does not open', () => {
  const flip =
    (at: number) =>
    (stored: Buffer): Buffer => {
      stored[at]! ^= 1;
      return stored;
    };
  const chunkAt = (stored: Buffer, n: number): Buffer =>
    stored.subarray(headerBytes + n * sealedChunk, headerBytes + (n + 1) * sealedChunk);
  for (const [what, altered] of [
    ['a flipped bit of the magic', flip(3)],
    ['a flipped bit of the format', flip(13)],
    ['a flipped bit of the id', flip(14)],
    ['a flipped bit of the chunk size', flip(31)],
    ['a flipped bit of a nonce', flip(headerBytes)],
    ['a flipped bit of the content', flip(headerBytes + 500)],
    ['a flipped bit of a tag', flip(headerBytes + sealedChunk - 1)],
    ['a flipped bit of the last chunk', flip(last + 17)],
    ['a flipped bit of the last tag', flip(last + 5 + 31)],
    [
      'two chunks exchanged for each other',
      (stored) =>
        Buffer.concat([stored.subarray(0, headerBytes), chunkAt(stored, 1), chunkAt(stored, 0), stored.subarray(last)]),
    ],
    [
      'a chunk removed',
      (stored) => Buffer.concat([stored.subarray(0, headerBytes), stored.subarray(headerBytes + sealedChunk)]),
    ],
    ['a blob cut off after a chunk', (stored) => stored.subarray(0, last)],
    ['a blob cut off in a chunk', (stored) => stored.subarray(0, -1)],
    ['a blob cut off in its header', (stored) => stored.subarray(0, 20)],
    ['a blob that goes on', (stored) => Buffer.concat([stored, Buffer.of(0)])],
    ['an empty object', () => Buffer.alloc(0)],
  ] as const satisfies readonly (readonly [string, (stored: Buffer) => Buffer])[]) {
    test(what, async () => {
      const reference = await write(content);
      writeFileSync(pathOf(reference), altered(readFileSync(pathOf(reference))));
      await assert.rejects(read(reference), IntegrityError);
    });
  }

  test('another blob in its place', async () => {
    const [one, two] = [await write(content), await write(content)];
    renameSync(pathOf(two), pathOf(one));
    await assert.rejects(read(one), IntegrityError);
    await assert.rejects(read({ ...two, id: one.id }), IntegrityError);
    await assert.rejects(read(two), NoSuchObject);
  });

  test('with the key, or the length, of another reference', async () => {
    const [one, two] = [await write(content), await write(content)];
    await assert.rejects(read({ ...one, key: two.key }), IntegrityError);
    for (const bytes of [0, chunk, 2 * chunk, one.bytes - 1, one.bytes + 1, 9 * chunk])
      await assert.rejects(read({ ...one, bytes }), IntegrityError);
  });
});

test('collects what nobody refers to, after a day, and what a crash left', async () => {
  const [kept, orphan, young] = [await write(content), await write(content), await write(content)];
  const left = join(directory, `${young.id}.12345678.partial`);
  writeFileSync(left, 'half a blob');
  const yesterday = Date.now() / 1000 - 90_000;
  for (const name of readdirSync(directory))
    if (name !== young.id) utimesSync(join(directory, name), yesterday, yesterday);
  await blobs.collectOrphans(async () => new Set([kept.id]));
  assert.deepEqual(readdirSync(directory).sort(), [kept.id, young.id].sort());
  assert.deepEqual(await read(kept), content);
  await assert.rejects(read(orphan), NoSuchObject);
});
