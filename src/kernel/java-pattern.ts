/** Strings longer than this are never given to a pattern that could backtrack; they count as not matching. */
const maxBacktrackingChars = 10_000;

/**
 * Compiles a model's pattern, which is Java's, into a test of whole strings.
 *
 * A hostile string cannot make it slow: patterns of one repeated character class run in linear time, every other only sees
 * bounded strings.
 */
export const compileJavaPattern = (pattern: string): ((value: string) => boolean) => {
  const [, flags = '', body] = /^(?:\(\?([is]+)\))?(.*)$/s.exec(pattern)!;
  const regex = new RegExp(`^(?:${toEcmaScript(body!)})$`, `u${flags}`);
  if (ONE_CLASS.test(pattern)) return (value) => regex.test(value);
  return (value) => value.length <= maxBacktrackingChars && regex.test(value);
};

/** `[class]`, `[class]+` or `[class]*`, anchored or not. */
const ONE_CLASS = /^\^?\[(?:[^\]\\[]|\\.)+\][+*]?\$?$/;

/**
 * Says a Java pattern in ECMAScript with the `u` flag. They differ in what matters here: Java takes a backslash before any
 * punctuation, an unescaped hyphen after a class escape, its `\s` is ASCII, and it has POSIX classes and inline flags.
 */
const toEcmaScript = (pattern: string): string => {
  let out = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '\\') {
      const [consumed, said] = sayEscape(pattern, at, inClass);
      out += said;
      at += consumed - 1;
    } else if (inClass && char === '-' && besideClassEscape(pattern, at)) out += '\\-';
    else if (char === '+' && isLookahead(pattern, at)) continue;
    else if (inClass && char === '[') out += '\\[';
    else {
      if (char === '[') inClass = true;
      if (char === ']') inClass = false;
      // Outside of classes and quantifiers Java reads lone braces and brackets as themselves.
      out += !inClass && (char === '{' || char === '}') && !isQuantifier(pattern, at) ? `\\${char}` : char;
    }
  }
  return out;
};

const sayEscape = (pattern: string, at: number, inClass: boolean): readonly [consumed: number, said: string] => {
  const next = pattern[at + 1] ?? '\\';
  if (next === 's') return [2, inClass ? ' \\t\\n\\x0B\\f\\r' : '[ \\t\\n\\x0B\\f\\r]'];
  if (next === 'S' && !inClass) return [2, '[^ \\t\\n\\x0B\\f\\r]'];
  if (next === 'p' || next === 'P') {
    const property = /^\\[pP]\{(\w+)\}/.exec(pattern.slice(at));
    if (property === null) return [2, `\\${next}`];
    const posix = POSIX[property[1]!];
    if (posix !== undefined) return [property[0].length, inClass ? posix : `[${posix}]`];
    return [property[0].length, `\\${next}{${property[1]!.replace(/^Is(?=\w{1,2}$)/, '')}}`];
  }
  if (next === '_') return [2, '_'];
  if (/[\w^$\\.*+?()[\]{}|/]/.test(next)) return [2, `\\${next}`];
  return [2, inClass && next === '-' ? '\\-' : next];
};

const POSIX: Readonly<Record<string, string>> = {
  Alnum: 'A-Za-z0-9',
  Alpha: 'A-Za-z',
  ASCII: '\\x00-\\x7F',
  Digit: '0-9',
  Graph: '!-~',
  Print: ' -~',
  LD: '\\p{L}\\p{Nd}',
  Punct: '!-\\/:-@\\[-`{-~',
};

/** A hyphen next to `\w`, `\d`, `\s` or `\p{…}` is itself; the `u` flag would refuse a range there. */
const besideClassEscape = (pattern: string, at: number): boolean =>
  /\\(?:[wdsWDS]|[pP]\{\w+\})$/.test(pattern.slice(0, at)) || /^-\\[wdsWDSpP]/.test(pattern.slice(at));

/** A repeated lookahead, which the `u` flag refuses, says no more than the lookahead itself. */
const isLookahead = (pattern: string, at: number): boolean => /\(\?[!=](?:[^()\\]|\\.)*\)$/.test(pattern.slice(0, at));

const isQuantifier = (pattern: string, at: number): boolean =>
  pattern[at] === '{' ? /^\{\d+(?:,\d*)?\}/.test(pattern.slice(at)) : /\{\d+(?:,\d*)?$/.test(pattern.slice(0, at));
