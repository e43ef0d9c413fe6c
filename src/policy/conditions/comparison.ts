import { type Pattern, patternText } from '../match.ts';
import { type ConditionOperator, withNegation } from './operator.ts';

/**
 * The six comparisons of an ordered type: `…Equals`, `…NotEquals`, `…LessThan`, `…LessThanEquals`, `…GreaterThan`,
 * `…GreaterThanEquals`. The request's value is the left side.
 *
 * @param family `Numeric` or `Date`
 * @param read the value of a text; undefined where the text is not of the type, which then compares with nothing
 */
export function comparisons(family: string, read: (text: string) => number | undefined): readonly ConditionOperator[] {
  const prepare = (holds: (actual: number, expected: number) => boolean) => (value: Pattern) => {
    const expected = read(patternText(value));
    if (expected === undefined) return undefined;
    return (text: string) => {
      const actual = read(text);
      return actual !== undefined && holds(actual, expected);
    };
  };
  const ordered = (name: string, holds: (actual: number, expected: number) => boolean): ConditionOperator => ({
    name: `${family}${name}`,
    negated: false,
    prepare: prepare(holds),
  });
  return [
    ...withNegation(
      `${family}Equals`,
      `${family}NotEquals`,
      prepare((actual, expected) => actual === expected),
    ),
    ordered('LessThan', (actual, expected) => actual < expected),
    ordered('LessThanEquals', (actual, expected) => actual <= expected),
    ordered('GreaterThan', (actual, expected) => actual > expected),
    ordered('GreaterThanEquals', (actual, expected) => actual >= expected),
  ];
}
