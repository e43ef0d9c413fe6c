import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { fault } from './fault.ts';
import { type Listed, paged, pageOf } from './paging.ts';

const letters = ['a', 'b', 'c', 'd', 'e'];

const page = (
  marker: string | undefined,
  limit: number,
  query = 'q',
  keep = (_letter: string) => true,
): Listed<string> =>
  paged({
    query,
    marker,
    limit,
    invalidMarker: () => fault('ValidationError', 'Invalid Marker.'),
    read: pageOf(letters, (letter) => letter),
    keep,
  });

const walk = (limit: number, keep?: (letter: string) => boolean): string[][] => {
  const pages = [];
  let marker: string | undefined;
  do {
    const listed = page(marker, limit, 'q', keep);
    pages.push([...listed.items]);
    marker = listed.marker;
  } while (marker !== undefined);
  return pages;
};

test('walks all pages, each item once', () => {
  assert.deepEqual(walk(2), [['a', 'b'], ['c', 'd'], ['e']]);
  assert.deepEqual(walk(5), [letters]);
  assert.deepEqual(walk(100), [letters]);
});

test('ends the page of a filtered list where it has looked at as many as it may', () => {
  const of = (marker?: string) =>
    paged({
      ...{ query: 'q', marker, limit: 2, most: 3, read: pageOf(letters, (letter) => letter) },
      invalidMarker: () => fault('ValidationError', 'Invalid Marker.'),
      keep: (letter) => letter === 'e',
    });
  const first = of();
  assert.deepEqual(first.items, []);
  assert.deepEqual(of(first.marker), { items: ['e'] });
});

test('fills the pages of a filtered list', () => {
  assert.deepEqual(
    walk(2, (letter) => letter !== 'a' && letter !== 'c'),
    [['b', 'd'], ['e']],
  );
});

test('goes on after an item that was deleted meanwhile', () => {
  const { marker } = page(undefined, 2);
  const rest = pageOf(['a', 'c', 'd', 'e'], (letter) => letter);
  const { items } = paged({ query: 'q', marker, limit: 9, invalidMarker: () => fault('X'), read: rest });
  assert.deepEqual(items, ['c', 'd', 'e']);
});

test('refuses a marker of another query, and one with any character changed', () => {
  const marker = page(undefined, 2).marker!;
  assert.throws(() => page(marker, 2, 'another'), { code: 'ValidationError', message: 'Invalid Marker.' });
  for (let index = 0; index < marker.length; index++) {
    const other = marker[index] === 'A' ? 'B' : 'A';
    const altered = marker.slice(0, index) + other + marker.slice(index + 1);
    assert.throws(() => page(altered, 2), { code: 'ValidationError' });
  }
  for (const nonsense of ['', 'x', '!!', 'AAAAAAAAAAA'])
    assert.throws(() => page(nonsense, 2), { code: 'ValidationError' });
});

test('refuses a marker that a client made up, where nothing can be under what it names', () => {
  const made = (after: string): string => {
    const digest = hash('sha256', `q\0${after}`, 'buffer').subarray(0, 8);
    return Buffer.concat([digest, Buffer.from(after)]).toString('base64url');
  };
  assert.deepEqual(page(made('b'), 1).items, ['c']);
  assert.throws(() => page(made('b\0c'), 1), { code: 'ValidationError' });
});
