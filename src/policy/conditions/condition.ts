import type { Statement } from '../ast.ts';
import { type ContextLookup, Spellings } from '../context.ts';
import { isConstant, parseTemplate, resolveTemplate, type Template } from '../variables.ts';
import { type OperatorName, operators, parseOperatorName } from './index.ts';
import { compileNull, NULL } from './null.ts';
import type { ConditionOperator, ValueTest } from './operator.ts';

/** One line of a Condition element: an operator, a key and the values it may have. */
export interface CompiledCondition {
  /** As written, `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** Lowercased condition key. */
  readonly key: string;
  /** As written. */
  readonly values: readonly Template[];
  holds(context: ContextLookup): boolean;
}

/**
 * Compiles one line of a Condition element. Lines are joined by AND, the values of one line by OR, those of a negated
 * operator by NOR.
 *
 * | key absent from the request | plain | IfExists |
 * |---|---|---|
 * | positive operator | false | true |
 * | negated operator | true | true |
 * | ForAnyValue | false | true |
 * | ForAllValues | true | true |
 *
 * A policy variable without value or default matches nothing, so that a negated operator holds.
 *
 * @param written operator name that `parseOperatorName` knows
 * @param variables whether `${…}` are policy variables
 * @param effect of the statement: it counts where a request has a key in several spellings
 * @see IAM: "Condition operators", "Set operators for multi-valued context keys"
 */
export function compileCondition(
  written: string,
  key: string,
  values: readonly string[],
  variables: boolean,
  effect: Statement['effect'],
): CompiledCondition {
  const name = parseOperatorName(written);
  if (name === undefined) throw new Error(`no such condition operator: ${written}`);
  const templates = values.map((value) => parseTemplate(value, variables));
  const lowerKey = key.toLowerCase();
  const holds = name.name === NULL ? nullTest(lowerKey, templates) : valueTest(name, lowerKey, templates, effect);
  return { operator: written, key: lowerKey, values: templates, holds };
}

function nullTest(key: string, values: readonly Template[]): CompiledCondition['holds'] {
  const test = compileNull(values.filter(isConstant));
  return (context) => test(isPresent(context(key)));
}

const isPresent = (value: string | readonly string[] | undefined): value is string | readonly string[] =>
  value !== undefined && (typeof value === 'string' || value.length > 0);

function valueTest(
  name: OperatorName,
  key: string,
  values: readonly Template[],
  effect: Statement['effect'],
): CompiledCondition['holds'] {
  const operator = operators.get(name.name)!;
  const { negated } = operator;
  const ifAbsent = name.ifExists || name.set === 'ForAllValues' || (negated && name.set === undefined);
  const matchesAny = anyValue(operator, values);
  return (context) => {
    const actual = context(key);
    if (!isPresent(actual)) return ifAbsent;
    if (typeof actual === 'string') return matchesAny(actual, context) !== negated;
    if (name.set === 'ForAllValues') return actual.every((value) => matchesAny(value, context) !== negated);
    if (name.set === 'ForAnyValue') return actual.some((value) => matchesAny(value, context) !== negated);
    if (!(actual instanceof Spellings)) return actual.some((value) => matchesAny(value, context)) !== negated;
    const holds = (value: string): boolean => matchesAny(value, context) !== negated;
    return effect === 'Deny' ? actual.some(holds) : actual.every(holds);
  };
}

/** Whether a request value matches one of the policy's values: those without variables are prepared here, once. */
function anyValue(
  operator: ConditionOperator,
  values: readonly Template[],
): (actual: string, context: ContextLookup) => boolean {
  const fixed = values
    .filter(isConstant)
    .map((value) => operator.prepare(value))
    .filter((test): test is ValueTest => test !== undefined);
  const variable = values.filter((value) => !isConstant(value));
  const only = fixed[0];
  if (variable.length === 0 && fixed.length === 1 && only !== undefined) return only;
  return (actual, context) =>
    fixed.some((test) => test(actual)) ||
    variable.some((value) => {
      const pattern = resolveTemplate(value, context);
      return pattern !== undefined && operator.prepare(pattern)?.(actual) === true;
    });
}
