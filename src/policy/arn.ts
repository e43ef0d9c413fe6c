import { ANY, compilePattern, literalOf, type Pattern, type RangeTest } from './match.ts';

/** The parts of an ARN: `arn`, partition, service, region, account, resource. */
export const ARN_SEGMENTS = 6;

/**
 * Splits a pattern or template at its first five colons; what follows belongs to the resource part, colons included.
 *
 * Only literal text is split: a colon inside of a variable is none.
 */
export function splitArn<Token>(tokens: readonly (Token | string)[]): readonly (readonly (Token | string)[])[] {
  const segments: (Token | string)[][] = [[]];
  for (const token of tokens) {
    if (typeof token !== 'string') {
      segments.at(-1)!.push(token);
      continue;
    }
    let rest = token;
    while (segments.length < ARN_SEGMENTS && rest.includes(':')) {
      const colon = rest.indexOf(':');
      if (colon > 0) segments.at(-1)!.push(rest.slice(0, colon));
      segments.push([]);
      rest = rest.slice(colon + 1);
    }
    if (rest !== '') segments.at(-1)!.push(rest);
  }
  return segments;
}

/**
 * Compiles an ARN pattern: wildcards stay within their segment, except in the last, where they cross `/` and `:`.
 *
 * A pattern of fewer segments that ends in `*` stands for any further segments (`arn:aws:s3:*`); any other short pattern
 * matches nothing.
 */
export function compileArn(pattern: Pattern): (arn: string) => boolean {
  const segments = splitArn(pattern) as readonly Pattern[];
  const literal = literalOf(pattern);
  if (literal !== undefined) return segments.length === ARN_SEGMENTS ? (arn) => arn === literal : () => false;
  if (segments.length < ARN_SEGMENTS && segments.at(-1)!.at(-1) !== ANY) return () => false;
  return matchSegments(segments.map(compilePattern));
}

/**
 * Matches an ARN segment by segment.
 *
 * @param tests six, or fewer where the last one takes the rest of the ARN
 */
export function matchSegments(tests: readonly RangeTest[]): (arn: string) => boolean {
  const last = tests.length - 1;
  return (arn) => {
    if (!isArn(arn)) return false;
    let start = 0;
    for (let i = 0; i < last; i++) {
      const colon = arn.indexOf(':', start);
      if (!tests[i]!(arn, start, colon)) return false;
      start = colon + 1;
    }
    return tests[last]!(arn, start, arn.length);
  };
}

function isArn(text: string): boolean {
  if (!text.startsWith('arn:')) return false;
  let at = 0;
  for (let colons = 1; colons < ARN_SEGMENTS; colons++) {
    at = text.indexOf(':', at) + 1;
    if (at === 0) return false;
  }
  return true;
}
