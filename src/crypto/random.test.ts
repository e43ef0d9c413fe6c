import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomBytes, randomInto, randomUuid } from './random.ts';

test('fills exactly the slice asked for', () => {
  for (const bytes of [1, 16, 512, 513, 9000]) {
    const target = Buffer.alloc(bytes + 32);
    randomInto(target, 16, bytes);
    assert.deepEqual(target.subarray(0, 16), Buffer.alloc(16));
    assert.deepEqual(target.subarray(bytes + 16), Buffer.alloc(16));
  }
});

test('never hands out the same bytes twice, across many refills of the pool', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 5000; i++) seen.add(randomBytes(16).toString('hex'));
  assert.equal(seen.size, 5000);
});

test('uses every bit: each of 256 byte values occurs about as often', () => {
  const counts = new Array<number>(256).fill(0);
  for (let i = 0; i < 4096; i++) for (const byte of randomBytes(64)) counts[byte]! += 1;
  // 1024 expected, standard deviation 32: eight of them are never seen by chance.
  for (const count of counts) assert.ok(count > 768 && count < 1280, `${count}`);
});

test('makes UUIDs of version 4 and the RFC 9562 variant', () => {
  const uuids = Array.from({ length: 2000 }, randomUuid);
  for (const uuid of uuids) assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(uuids).size, 2000);
});
