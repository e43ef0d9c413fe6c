import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FrameCompressor } from './frame-compressor.ts';

const level = -3;
const kib = 1024;
const alone = (bytes: Buffer): Buffer =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } });
const lines = (count: number): Buffer =>
  Buffer.from(
    Array.from({ length: count }, (_, n) => `{"n":${n},"id":"${randomBytes(16).toString('hex')}"}`).join('\n'),
  );

test('makes the frames that contexts of their own would make, whatever came before', () => {
  const compressor = new FrameCompressor(level);
  const inputs = [
    lines(100),
    lines(3000),
    Buffer.alloc(0),
    randomBytes(64 * kib),
    lines(1),
    Buffer.alloc(900 * kib, 'a'),
    randomBytes(3 * kib * kib),
    lines(100),
  ];
  for (const input of inputs) {
    const frame = Buffer.from(compressor.compress(input));
    assert.deepEqual(frame, alone(input), `${input.length} bytes`);
    assert.deepEqual(zstdDecompressSync(frame), input);
  }
});

test('has one context and one target for all frames, which this Node can do', () => {
  const compressor = new FrameCompressor(level);
  const first = compressor.compress(lines(1000));
  assert.equal(compressor.compress(lines(100)).buffer, first.buffer);
});
