import type { ContextLookup } from './context.ts';
import { ANY, ONE, type Pattern, type PatternToken } from './match.ts';

/** A policy variable such as `${aws:username}` or `${aws:PrincipalTag/team, 'none'}`. */
export interface Variable {
  /** Lowercased condition key. */
  readonly key: string;
  /** Used where the request has no single value for the key. */
  readonly fallback?: string;
}

/** A policy value as written: text, wildcards and variables. */
export type Template = readonly (PatternToken | Variable)[];

const PLACEHOLDER = /^\$\{\s*([^\s,{}']+)\s*(?:,\s*'([^']*)'\s*)?\}/;

/**
 * Reads a value of a Resource or Condition element.
 *
 * `${*}`, `${?}` and `${$}` are the literal characters. A `${` that opens no well-formed variable is literal text.
 *
 * @param variables false for policies of version 2008-10-17, which know no variables: `${…}` is then plain text
 * @see IAM: "Policy elements: Variables and tags"
 */
export function parseTemplate(text: string, variables: boolean): Template {
  const tokens: (PatternToken | Variable)[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') tokens.push(literal);
    literal = '';
  };
  for (let at = 0; at < text.length; ) {
    const char = text[at]!;
    const placeholder = variables && char === '$' ? PLACEHOLDER.exec(text.slice(at, at + MAX_PLACEHOLDER)) : null;
    if (placeholder !== null) {
      const name = placeholder[1]!;
      if (name === '*' || name === '?' || name === '$') literal += name;
      else {
        flush();
        tokens.push({ key: name.toLowerCase(), ...(placeholder[2] !== undefined && { fallback: placeholder[2] }) });
      }
      at += placeholder[0].length;
      continue;
    }
    if (char === '*' || char === '?') {
      flush();
      tokens.push(char === '*' ? ANY : ONE);
    } else literal += char;
    at++;
  }
  flush();
  return tokens;
}

/** Longest variable with its default: bounds the look-ahead, so that a text full of `$` stays linear. */
const MAX_PLACEHOLDER = 1024;

/** True where the value holds no variable and is the same for every request. */
export const isConstant = (template: Template): template is Pattern =>
  template.every((token) => typeof token !== 'object');

/**
 * Puts the request's values in place of the variables.
 *
 * A value is literal text: `*` in a tag never becomes a wildcard. Multivalued keys give no value.
 *
 * @returns undefined where a variable has neither value nor default
 */
export function resolveTemplate(template: Template, context: ContextLookup): Pattern | undefined {
  const pattern: PatternToken[] = [];
  for (const token of template) {
    if (typeof token !== 'object') {
      pattern.push(token);
      continue;
    }
    const value = context(token.key);
    const text = typeof value === 'string' ? value : token.fallback;
    if (text === undefined) return undefined;
    pattern.push(text);
  }
  return pattern;
}
