import type { Key } from './collection.ts';

/**
 * A key in one string: its parts joined by NUL, which no part may contain. Names sort as their keys do.
 *
 * @throws {RangeError} a part contains NUL or is not well-formed Unicode, so it has no UTF-8
 */
export const nameOf = (key: Key): string => {
  const name = findNameOf(key);
  if (name === undefined) throw new RangeError('a key part has no NUL and no lone surrogate');
  return name;
};

/** As {@link nameOf}, for looking things up by what a client sent; undefined: nothing can be stored under such a key. */
export const findNameOf = (key: Key): string | undefined => {
  const name = key.length === 1 ? key[0]! : key.join('\0');
  return name.isWellFormed() && countNul(name) === key.length - 1 ? name : undefined;
};

const countNul = (name: string): number => {
  let count = 0;
  for (let at = name.indexOf('\0'); at >= 0; at = name.indexOf('\0', at + 1)) count++;
  return count;
};

/** Order of Unicode code points, which is also the order of UTF-8 bytes; JavaScript's `<` differs beyond U+FFFF. */
export const compareNames = (a: string, b: string): number => {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
};

/** Surrogates stand for code points above U+FFFF: they rank after every other code unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

/** A sorted list of names; tells by its version whether it changed. */
export class SortedNames {
  readonly #names: string[];
  #version = 0;

  constructor(names: Iterable<string>) {
    this.#names = [...names].sort(compareNames);
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  get all(): readonly string[] {
    return this.#names;
  }

  add(name: string): void {
    const at = firstAtOrAfter(this.#names, name);
    if (this.#names[at] === name) return;
    this.#names.splice(at, 0, name);
    this.#version++;
  }

  remove(name: string): void {
    const at = firstAtOrAfter(this.#names, name);
    if (this.#names[at] !== name) return;
    this.#names.splice(at, 1);
    this.#version++;
  }
}

/** Position of `name` in a sorted list, or where it would stand. */
export const firstAtOrAfter = (names: readonly string[], name: string): number => {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNames(names[middle]!, name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Position of the first name that comes after `name` in a sorted list. */
export const firstAfter = (names: readonly string[], name: string): number => {
  const at = firstAtOrAfter(names, name);
  return names[at] === name ? at + 1 : at;
};
