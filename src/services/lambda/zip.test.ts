import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { zipOf } from '../../testing/zip.ts';
import { readZip, ZipError, type ZipFile } from './zip.ts';

/** An archive of one file, with bytes of its central directory entry put in place. */
const altered = (path: string, ...changes: readonly (readonly [offset: number, bytes: Buffer])[]): Buffer => {
  const archive = zipOf({ [path]: 'content' });
  const entry = archive.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  for (const [offset, bytes] of changes) bytes.copy(archive, entry + offset);
  return archive;
};

const four = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

/** A file that says it has ten bytes and inflates to ten million. */
const bomb = (): Buffer => {
  const packed = deflateRawSync(Buffer.alloc(10_000_000));
  const archive = zipOf({ a: packed.toString('latin1') });
  const entry = archive.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  four(10).copy(archive, entry + 24);
  archive.writeUInt16LE(8, entry + 10);
  return archive;
};

const filesOf = async (archive: Buffer): Promise<readonly ZipFile[]> => {
  const files: ZipFile[] = [];
  for await (const file of readZip(archive, '111122223333')) files.push(file);
  return files;
};

const refused: Readonly<Record<string, () => Buffer>> = {
  'no archive at all': () => Buffer.from('export const handler = 1;'.repeat(10)),
  'an archive that is cut off': () => zipOf({ 'a.js': 'x' }).subarray(20),
  'an absolute path': () => zipOf({ '/etc/passwd': 'x' }),
  'a path with ..': () => zipOf({ 'a/../../b': 'x' }),
  'a path with backslashes': () => zipOf({ 'a\\..\\b': 'x' }),
  'a symbolic link': () => altered('a', [38, four((0o120777 << 16) >>> 0)]),
  'an encrypted file': () => altered('a', [8, Buffer.from([1, 0])]),
  'a file with another checksum': () => altered('a', [16, four(1)]),
  'an unknown compression': () => altered('a', [10, Buffer.from([12, 0])]),
  'files that say they are larger than Lambda takes': () => altered('a', [24, four(300_000_000)]),
  'a file that inflates to more than it says': bomb,
  'a file where a folder is': () => zipOf({ 'a/b': 'x', a: 'x' }),
  'a folder where a file is': () => zipOf({ a: 'x', 'a/b/c': 'x' }),
};

/** Files in folders 500 deep, none of which two have in common. */
const deep = (files: number): Buffer =>
  zipOf(Object.fromEntries(Array.from({ length: files }, (_, index) => [`${index}/${'a/'.repeat(500)}x`, ''])));

describe('code packages', () => {
  it('are refused where their folders are more than anybody has', async () => {
    await assert.rejects(filesOf(deep(3000)), { message: 'the archive has too many folders' });
    assert.equal((await filesOf(deep(100))).length, 100);
  });

  it('let others have their turn, however many files they have', async () => {
    const archive = zipOf(Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`${index}`, ''])));
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    for await (const _file of readZip(archive, '111122223333'));
    clearInterval(others);
    assert.ok(turns >= 3, `${turns} turns`);
  });

  it('are read with paths, contents and modes', async () => {
    const files = await filesOf(zipOf({ 'index.js': 'a', 'lib/b.js': 'ö' }));
    assert.deepEqual(
      files.map(({ path, content, executable }) => [path, content.toString(), executable]),
      [
        ['index.js', 'a', false],
        ['lib/b.js', 'ö', false],
      ],
    );
  });

  for (const [what, archive] of Object.entries(refused)) {
    it(`are refused with ${what}`, () => assert.rejects(filesOf(archive()), ZipError));
  }
});
