import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { Barrier, type RecordPlace } from './barrier.ts';
import { IntegrityError } from './keyring.ts';

const barrier = new Barrier(createSecretKey(Buffer.alloc(32, 1)), Buffer.alloc(16, 2), []);
const placeOf = (collection: string, key: string[], revision: number): RecordPlace => ({
  id: barrier.recordId(collection, key),
  partition: barrier.partitionId(collection, key.slice(0, -1)),
  revision,
});
const place = placeOf('test.apples', ['1', 'red'], 7);
const sealed = barrier.sealRecord('test.apples', place, 'a record');

test('opens a record in its place', () => {
  assert.equal(barrier.openRecord('test.apples', place, sealed), 'a record');
});

test('detects a flipped bit anywhere in a sealed record', () => {
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => barrier.openRecord('test.apples', place, altered), IntegrityError, `bit ${bit}`);
  }
});

test('detects another collection, key, partition or revision', () => {
  barrier.sealRecord('test.pears', placeOf('test.pears', ['1', 'red'], 7), 'so that pears have a key');
  const others: RecordPlace[] = [
    placeOf('test.apples', ['1', 'green'], 7),
    placeOf('test.apples', ['2', 'red'], 7),
    { ...place, partition: barrier.partitionId('test.apples', ['2']) },
    { ...place, revision: 8 },
  ];
  for (const other of others) assert.throws(() => barrier.openRecord('test.apples', other, sealed), IntegrityError);
  assert.throws(() => barrier.openRecord('test.pears', place, sealed), IntegrityError);
});

test('gives different identities to different keys, however their parts run together', () => {
  const ids = [
    barrier.recordId('a', ['b', 'c']),
    barrier.recordId('a', ['bc']),
    barrier.recordId('a', ['b', '', 'c']),
    barrier.recordId('ab', ['c']),
    barrier.partitionId('a', ['b', 'c']),
    barrier.entryId('a', 'b', ['c']),
  ];
  assert.equal(new Set(ids.map((id) => id.toString('hex'))).size, ids.length);
  assert.ok(ids.every((id) => id.length === 16));
});
