import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { pageOf } from '../../kernel/paging.ts';
import type { PageRequest } from '../../store/collection.ts';
import { isBelow } from './filters.ts';
import { inRanges, oneLevel, rangesBelow, rangesOf } from './name-ranges.ts';

const names = [
  ...['-x', '.x', '/-a', '/a', '/a-b/c', '/a/b', '/a/b/c', '/a/b/d', '/a/b0', '/a/c', '/a/z/y', '/a0', '/ab'],
  ...['/b/a/a', '/b/a/b', '/b/b', 'a', 'ab', 'b'],
].sort();
const items = names.map((name) => ({ name }));

/** Reads everything, a few at a time, and counts how many were read. */
const all = (
  read: (
    counted: (page: PageRequest) => { items: readonly { name: string }[]; next: string | undefined },
  ) => (page: PageRequest) => { readonly items: readonly { name: string }[]; readonly next: string | undefined },
): { readonly found: readonly string[]; readonly looked: number } => {
  let looked = 0;
  const source = pageOf(items, ({ name }) => name);
  const paged = read((page) => {
    const { items, next } = source(page);
    looked += items.length;
    return { items: [...items], next };
  });
  const found: string[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = paged({ limit: 2, ...(after !== '' && { after }) });
    found.push(...page.items.map(({ name }) => name));
    after = page.next;
  }
  return { found, looked };
};

describe('ranges of names', () => {
  const filters: readonly [filter: ParameterStringFilter, names: string[]][] = [
    [{ Key: 'Name', Values: ['/a/b'] }, ['/a/b']],
    [{ Key: 'Name', Values: ['a'] }, ['/a', 'a']],
    [
      { Key: 'Name', Option: 'BeginsWith', Values: ['/a/b', 'b', '/a/b/c'] },
      names.filter((name) => /^(\/a\/b|\/?b)/.test(name)),
    ],
    [{ Key: 'Name', Option: 'BeginsWith', Values: [''] }, names],
    [{ Key: 'Name', Option: 'Contains', Values: ['z'] }, names],
    [
      { Key: 'Path', Option: 'Recursive', Values: ['/a/b', '/b'] },
      names.filter((name) => /^(\/a\/b\/|\/b\/)/.test(name)),
    ],
    [{ Key: 'Type', Values: ['String'] }, names],
  ];
  for (const [filter, expected] of filters) {
    it(`hold what can match ${JSON.stringify(filter)}, in order and once`, () => {
      assert.deepEqual(all((read) => inRanges(rangesOf([filter]), read)).found, expected);
    });
  }

  it('are all that is read', () => {
    const { looked } = all((read) => inRanges(rangesOf([{ Key: 'Name', Values: ['/a/b'] }]), read));
    assert.ok(looked <= 4, `${looked}`);
  });

  for (const path of ['/', '/a/', '/a/b/', '/b/', '/none/']) {
    it(`below ${path} are one level without what lies deeper`, () => {
      const { found } = all((read) => oneLevel(path, inRanges(rangesBelow(path), read)));
      assert.deepEqual(
        found,
        names.filter((name) => isBelow(name, path, false)),
      );
    });
  }
});
