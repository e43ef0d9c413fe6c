import type { Statement } from './ast.ts';
import { type CompiledCondition, compileCondition } from './conditions/condition.ts';
import type { ContextLookup } from './context.ts';
import { compileText, parsePattern } from './match.ts';
import { compileNotPrincipal, compilePrincipal, DIRECT_MATCH, type PrincipalTest } from './principal-match.ts';
import { compileResource, type ResourceTest } from './resource-match.ts';

/** One statement, ready to be asked; immutable. */
export interface CompiledStatement {
  /** Place in the document, from 0. */
  readonly index: number;
  /** As written. */
  readonly source: Statement;
  readonly effect: 'Allow' | 'Deny';
  /** Of Action: the literal ones, lowercased; undefined where a wildcard or NotAction makes the list open. */
  readonly literalActions: readonly string[] | undefined;
  /** Of Resource; undefined for NotResource and where the statement names none. */
  readonly resources: readonly ResourceTest[] | undefined;
  /** How closely the statement names a principal; policies without Principal are about their own holder, directly. */
  readonly matchesPrincipal: PrincipalTest;
  /** @param action lowercased */
  matchesAction(action: string): boolean;
  matchesResource(arn: string, context: ContextLookup): boolean;
  readonly conditions: readonly CompiledCondition[];
}

/**
 * Compiles one statement.
 *
 * @param variables whether the policy's version knows policy variables
 * @returns undefined where the statement can never take effect: key policies may lack Action or Resource
 */
export function compileStatement(source: Statement, index: number, variables: boolean): CompiledStatement | undefined {
  if (source.action === undefined && source.notAction === undefined) return undefined;
  const resources = source.resource?.map((text) => compileResource(text, variables));
  return {
    index,
    source,
    effect: source.effect,
    literalActions: literalActions(source),
    resources,
    matchesPrincipal: principalTest(source),
    matchesAction: actionTest(source),
    matchesResource: resourceTest(source, resources, variables),
    conditions: source.conditions.map(({ operator, key, values }) =>
      compileCondition(operator, key, values, variables, source.effect),
    ),
  };
}

function literalActions({ action }: Statement): readonly string[] | undefined {
  if (action === undefined || action.some((text) => /[*?]/.test(text))) return undefined;
  return action.map((text) => text.toLowerCase());
}

function actionTest({ action, notAction }: Statement): CompiledStatement['matchesAction'] {
  const tests = (action ?? notAction ?? []).map((text) => compileText(parsePattern(text.toLowerCase())));
  if (action !== undefined) return (name) => tests.some((test) => test(name));
  return (name) => !tests.some((test) => test(name));
}

function principalTest({ principal, notPrincipal, effect }: Statement): PrincipalTest {
  if (principal !== undefined) return compilePrincipal(principal);
  if (notPrincipal !== undefined) return compileNotPrincipal(notPrincipal, effect);
  return () => DIRECT_MATCH;
}

function resourceTest(
  { notResource, effect }: Statement,
  resources: readonly ResourceTest[] | undefined,
  variables: boolean,
): CompiledStatement['matchesResource'] {
  if (notResource !== undefined) {
    const excluded = notResource.map((text) => compileResource(text, variables));
    // An unresolved variable excludes nothing from a Deny and everything from an Allow: when unsure, deny.
    const unsure = effect === 'Allow';
    return (arn, context) => !excluded.some((resource) => resource.matches(arn, context) ?? unsure);
  }
  if (resources === undefined || resources.some(({ everything }) => everything)) return () => true;
  const only = resources.length === 1 ? resources[0] : undefined;
  if (only?.literal !== undefined) {
    const { literal } = only;
    return (arn) => arn === literal;
  }
  return (arn, context) => resources.some((resource) => resource.matches(arn, context) === true);
}
