import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeStringMap } from './aad.ts';

test('encodes the number of pairs, then each length and string, sorted by key', () => {
  const encoded = encodeStringMap({ b: 'é', a: '' });
  assert.equal(
    encoded.toString('hex'),
    '00000002' + '00000001' + '61' + '00000000' + '00000001' + '62' + '00000002' + 'c3a9',
  );
});

test('does not depend on the order of insertion', () => {
  assert.deepEqual(encodeStringMap({ x: '1', y: '2', z: '3' }), encodeStringMap({ z: '3', x: '1', y: '2' }));
});

test('sorts by UTF-8 bytes, where UTF-16 order differs', () => {
  const [high, low] = ['\u{10000}', '\uffff'];
  const encoded = encodeStringMap({ [high]: '', [low]: '' });
  assert.ok(encoded.indexOf(low) < encoded.indexOf(high));
});

test('gives different bytes to different maps', () => {
  const maps: Record<string, string>[] = [
    {},
    { a: '' },
    { '': 'a' },
    { a: 'b' },
    { ab: '' },
    { a: '', b: '' },
    { a: 'b', c: 'd' },
    { a: 'bcd' },
    { a: 'd', c: 'b' },
    { é: 'x' },
    { 'e\u0301': 'x' },
  ];
  assert.equal(new Set(maps.map((map) => encodeStringMap(map).toString('hex'))).size, maps.length);
});

test('treats an absent map as an empty one', () => {
  assert.deepEqual(encodeStringMap(undefined), encodeStringMap({}));
});

test('refuses strings that have no UTF-8', () => {
  assert.throws(() => encodeStringMap({ a: '\ud800' }), RangeError);
  assert.throws(() => encodeStringMap({ '\udc00': 'a' }), RangeError);
});
