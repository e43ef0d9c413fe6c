import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareNames, findNameOf, nameOf, SortedNames } from './names.ts';

test('orders names by code point, as their UTF-8 bytes are', () => {
  const names = [
    '',
    'a',
    'aa',
    'b',
    'Z',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
    'a\0b',
    'a\0',
    'a\u0001',
  ];
  const sorted = [...names].sort(compareNames);
  const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(sorted, byBytes);
});

test('refuses parts that would make two keys one name, or have no UTF-8', () => {
  assert.equal(nameOf(['a', 'b']), 'a\0b');
  for (const key of [['a\0b'], ['a', '\0'], ['\ud800']]) {
    assert.throws(() => nameOf(key), RangeError);
    assert.equal(findNameOf(key), undefined);
  }
});

test('keeps names sorted and without doubles, and counts changes only', () => {
  const names = new SortedNames(['b', 'a']);
  for (const name of ['c', 'a', 'aa', 'aa']) names.add(name);
  assert.deepEqual(names.all, ['a', 'aa', 'b', 'c']);
  assert.equal(names.version, 2);
  names.remove('b');
  names.remove('b');
  assert.deepEqual(names.all, ['a', 'aa', 'c']);
  assert.equal(names.version, 3);
});
