import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import type { Page, PageRequest } from '../../store/collection.ts';
import { requirePath } from './parameter-names.ts';

/** Names between two, in code-point order. */
export interface NameRange {
  readonly from: string;
  /** The first that is beyond it. */
  readonly to: string;
}

/** Beyond every name. */
const last = '\u{10FFFF}';

/** Every name. */
const everyName: readonly NameRange[] = [{ from: '', to: last }];

/** Names that begin with a path, which ends with a slash: below the root, every name. */
export const rangesBelow = (path: string): readonly NameRange[] => (path === '/' ? everyName : [beginningWith(path)]);

const beginningWith = (prefix: string): NameRange => ({ from: prefix, to: `${prefix}${last}` });
const exactly = (name: string): NameRange => ({ from: name, to: `${name}\0` });

/**
 * Where the names can be that filters let through, so that a page of few among many need not look at all of them.
 *
 * @returns ranges in ascending order, apart from each other
 */
export const rangesOf = (filters: readonly ParameterStringFilter[]): readonly NameRange[] => {
  const name = filters.find(({ Key, Option }) => Key === 'Name' && Option !== 'Contains');
  if (name) {
    const range = name.Option === 'BeginsWith' ? beginningWith : exactly;
    // A slash in front makes no difference to this filter.
    const bare = (name.Values ?? []).map((value) => value.replace(/^\//, ''));
    return apart(bare.flatMap((value) => [range(value), range(`/${value}`)]));
  }
  const path = filters.find(({ Key }) => Key === 'Path');
  return path ? apart((path.Values ?? []).flatMap((value) => rangesBelow(requirePath(value)))) : everyName;
};

const apart = (ranges: readonly NameRange[]): readonly NameRange[] => {
  const merged: NameRange[] = [];
  for (const range of [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const before = merged.at(-1);
    if (!before || before.to < range.from) merged.push(range);
    else if (before.to < range.to) merged[merged.length - 1] = { from: before.from, to: range.to };
  }
  return merged;
};

/** The only path of which one level is asked for, if so. */
export const levelOf = (filters: readonly ParameterStringFilter[]): string | undefined => {
  const { Option = 'OneLevel', Values = [] } = filters.find(({ Key }) => Key === 'Path') ?? {};
  return Option === 'OneLevel' && Values.length === 1 ? requirePath(Values[0]!) : undefined;
};

/** Pages through what is in some ranges. @param read pages through all of it */
export const inRanges =
  <T extends { readonly name: string }>(ranges: readonly NameRange[], read: (page: PageRequest) => Page<T>) =>
  ({ after = '', limit }: PageRequest): Page<T> => {
    const range = ranges.find(({ to }) => after < to);
    if (!range) return { items: [], next: undefined };
    const start = after < range.from ? justBefore(range.from) : after;
    const isOne = range.to === exactly(range.from).to;
    const { items, next } = read({ limit: isOne ? 1 : limit, ...(start !== '' && { after: start }) });
    const within = items.filter(({ name }) => name < range.to);
    if (within.length === items.length && !isOne) return { items, next };
    return { items: within, next: range === ranges.at(-1) ? undefined : range.to };
  };

/** What comes before a name and after every name that does. */
const justBefore = (name: string): string =>
  name === '' ? '' : `${name.slice(0, -1)}${String.fromCharCode(name.charCodeAt(name.length - 1) - 1)}${last}`;

/** Pages through what is directly below a path, stepping over all that lies deeper. @param read pages through all below it */
export const oneLevel =
  <T extends { readonly name: string }>(path: string, read: (page: PageRequest) => Page<T>) =>
  ({ after, limit }: PageRequest): Page<T> => {
    // Behind what was stepped over there is often more of that kind: one tells.
    const isBehind = after?.endsWith(last);
    const { items, next } = read({ limit: isBehind ? 1 : limit, ...(after !== undefined && { after }) });
    const deeper = items.findIndex(({ name }) => name.startsWith(path) && name.includes('/', path.length));
    if (deeper < 0) return { items, next };
    const { name } = items[deeper]!;
    return { items: items.slice(0, deeper), next: `${name.slice(0, name.indexOf('/', path.length) + 1)}${last}` };
  };
