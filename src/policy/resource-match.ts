import { ARN_SEGMENTS, compileArn, matchSegments, splitArn } from './arn.ts';
import type { ContextLookup } from './context.ts';
import { ANY, compilePattern, literalOf, type RangeTest } from './match.ts';
import { isConstant, parseTemplate, resolveTemplate, type Template } from './variables.ts';

/** One value of a Resource or NotResource element. */
export interface ResourceTest {
  /** True for `*`. */
  readonly everything: boolean;
  /** The whole ARN, where it holds neither wildcard nor variable. */
  readonly literal: string | undefined;
  /** What every matching ARN begins with; equal to `literal` where that is set. */
  readonly prefix: string;
  /** @returns undefined where a variable has neither value nor default: it matches nothing, but is not known to differ */
  matches(arn: string, context: ContextLookup): boolean | undefined;
}

/**
 * Compiles one value of a Resource element: an ARN with wildcards and variables, or `*`.
 *
 * @param variables whether `${…}` are policy variables
 * @see IAM: "Policy elements: Resource"
 */
export function compileResource(text: string, variables: boolean): ResourceTest {
  const template = parseTemplate(text, variables);
  const first = template[0];
  const prefix = typeof first === 'string' ? first : '';
  if (template.length === 1 && first === ANY) {
    return { everything: true, literal: undefined, prefix, matches: () => true };
  }
  if (!isConstant(template)) return { everything: false, literal: undefined, prefix, matches: variableArn(template) };
  return { everything: false, literal: literalOf(template), prefix, matches: compileArn(template) };
}

/** Only the segments that hold variables are compiled per request; a value never reaches into another segment. */
function variableArn(template: Template): ResourceTest['matches'] {
  const segments = splitArn<Exclude<Template[number], string>>(template);
  if (segments.length < ARN_SEGMENTS) return () => false;
  const fixed = segments.map((segment) => (isConstant(segment) ? compilePattern(segment) : segment));
  return (arn, context) => {
    const tests: RangeTest[] = [];
    for (const segment of fixed) {
      if (typeof segment === 'function') {
        tests.push(segment);
        continue;
      }
      const pattern = resolveTemplate(segment, context);
      if (pattern === undefined) return undefined;
      tests.push(compilePattern(pattern));
    }
    return matchSegments(tests)(arn);
  };
}
