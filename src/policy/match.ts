/** The wildcard `*`: any run of characters, none included. */
export const ANY: unique symbol = Symbol('*');
/** The wildcard `?`: exactly one character. */
export const ONE: unique symbol = Symbol('?');

/** A stretch of literal text or one wildcard. */
export type PatternToken = string | typeof ANY | typeof ONE;

/** Text with wildcards told apart from literal `*` and `?`; adjacent strings are allowed and mean their concatenation. */
export type Pattern = readonly PatternToken[];

/** Tests the part of `text` from `start` up to `end`, so that nothing is sliced. */
export type RangeTest = (text: string, start: number, end: number) => boolean;

/** Reads `*` and `?` of a plain string as wildcards. */
export function parsePattern(text: string): Pattern {
  return text
    .split(/([*?])/)
    .filter((part) => part !== '')
    .map((part) => (part === '*' ? ANY : part === '?' ? ONE : part));
}

/** The text a pattern was written as; for operators that know no wildcards. */
export const patternText = (pattern: Pattern): string =>
  pattern.map((token) => (token === ANY ? '*' : token === ONE ? '?' : token)).join('');

/** The pattern's text where it holds no wildcard. */
export const literalOf = (pattern: Pattern): string | undefined =>
  pattern.every((token) => typeof token === 'string') ? pattern.join('') : undefined;

/**
 * Compiles a pattern into a test of ranges.
 *
 * Never backtracks over more than the run since the last `*`: each literal run takes its leftmost place, which is
 * enough because only `*` separates runs. Time is bounded by text × longest run / 32, whatever the pattern.
 */
export function compilePattern(pattern: Pattern): RangeTest {
  const literal = literalOf(pattern);
  if (literal !== undefined)
    return (text, start, end) => end - start === literal.length && text.startsWith(literal, start);
  const runs = splitRuns(pattern);
  const first = runs[0]!;
  if (runs.length === 1) return (text, start, end) => end - start === first.length && runAt(first, text, start);
  const last = runs.at(-1)!;
  const middle = runs.slice(1, -1).filter((run) => run.length > 0);
  if (middle.length === 0 && first.length === 0 && last.length === 0) return () => true;
  return (text, start, end) => {
    const lastStart = end - last.length;
    let at = start + first.length;
    if (at > lastStart || !runAt(first, text, start) || !runAt(last, text, lastStart)) return false;
    for (const run of middle) {
      const found = findRun(run, text, at, lastStart);
      if (found < 0) return false;
      at = found + run.length;
    }
    return true;
  };
}

/** Compiles a pattern into a test of whole strings; `*` alone and plain text take the shortest way. */
export function compileText(pattern: Pattern): (text: string) => boolean {
  const literal = literalOf(pattern);
  if (literal !== undefined) return (text) => text === literal;
  const test = compilePattern(pattern);
  return (text) => test(text, 0, text.length);
}

/** What stands between two `*`: literal text, or code units where -1 stands for `?`. */
interface Run {
  readonly length: number;
  readonly literal: string | undefined;
  readonly units: readonly number[];
  /** All of them, each once; none for literal text. */
  readonly distinct: ReadonlySet<number>;
}

function splitRuns(pattern: Pattern): readonly Run[] {
  const runs: PatternToken[][] = [[]];
  for (const token of pattern) {
    if (token === ANY) runs.push([]);
    else runs.at(-1)!.push(token);
  }
  return runs.map((tokens) => {
    const units = tokens.flatMap((token) => (typeof token === 'string' ? codeUnits(token) : [-1]));
    const literal = literalOf(tokens);
    return { length: units.length, literal, units, distinct: new Set(literal === undefined ? units : []) };
  });
}

const codeUnits = (text: string): number[] => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

function runAt(run: Run, text: string, at: number): boolean {
  if (run.literal !== undefined) return text.startsWith(run.literal, at);
  for (let i = 0; i < run.length; i++) {
    const unit = run.units[i]!;
    if (unit !== -1 && unit !== text.charCodeAt(at + i)) return false;
  }
  return true;
}

/** The leftmost place of `run` within `[from, to)`; -1 where there is none. */
function findRun(run: Run, text: string, from: number, to: number): number {
  if (run.literal !== undefined) {
    const at = text.indexOf(run.literal, from);
    return at + run.length <= to ? at : -1;
  }
  const end = to - run.length + 1;
  const far = Math.min(from + nearPlaces, end);
  for (let at = from; at < far; at++) if (runAt(run, text, at)) return at;
  for (let at = far; at < end; at += placesTogether) {
    const found = findTogether(run, text, at, Math.min(placesTogether, end - at));
    if (found >= 0) return found;
  }
  return -1;
}

/** So many places are looked at one by one first, where most runs stand that stand anywhere. */
const nearPlaces = 32;
const placesTogether = 2048;

/**
 * The leftmost of `count` places from `from` on where `run` stands; -1 where there is none. With `?` in a run, a place
 * where it does not stand tells nothing of the next ones, so 32 places are compared at a time, a bit each: a place stays in
 * question for as long as each character of the run stands where that place wants it.
 */
function findTogether(run: Run, text: string, from: number, count: number): number {
  const places = new Uint32Array(Math.ceil(count / 32)).fill(0xffff_ffff);
  const whereIs = occurrencesOf(run, text, from, count + run.length);
  for (let i = 0; i < run.length; i++) {
    const unit = run.units[i]!;
    if (unit === -1) continue;
    const occurrences = whereIs.get(unit);
    if (!occurrences) return -1;
    const word = i >>> 5;
    const bit = i & 31;
    let left = 0;
    for (let at = 0; at < places.length; at++) {
      const low = occurrences[word + at]!;
      places[at]! &= bit === 0 ? low : (low >>> bit) | (occurrences[word + at + 1]! << (32 - bit));
      left |= places[at]!;
    }
    if (left === 0) return -1;
  }
  for (let at = 0; at < count; at++) if ((places[at >>> 5]! >>> (at & 31)) & 1) return from + at;
  return -1;
}

/** Where each code unit of `run` stands in a part of a text: a bit for each place, and a word more. The part is read once, however many units there are. */
function occurrencesOf(run: Run, text: string, from: number, length: number): ReadonlyMap<number, Uint32Array> {
  const found = new Map<number, Uint32Array>();
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(from + at);
    let bits = found.get(unit);
    if (bits === undefined) {
      if (!run.distinct.has(unit)) continue;
      bits = new Uint32Array(Math.ceil(length / 32) + 1);
      found.set(unit, bits);
    }
    bits[at >>> 5]! |= 1 << (at & 31);
  }
  return found;
}
