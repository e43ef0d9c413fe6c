import { compileText, type Pattern, patternText } from '../match.ts';
import { type ConditionOperator, type ValueTest, withNegation } from './operator.ts';

/**
 * The string operators.
 *
 * `Equals` compares every character, `*` and `?` included; `IgnoreCase` does so after lowercasing both sides; only `Like`
 * reads `*` (any run) and `?` (one character) as wildcards, and it is case-sensitive.
 *
 * @see IAM: "Condition operators: String condition operators"
 */
export const stringOperators: readonly ConditionOperator[] = [
  ...withNegation('StringEquals', 'StringNotEquals', equals),
  ...withNegation('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', equalsIgnoreCase),
  ...withNegation('StringLike', 'StringNotLike', compileText),
];

function equals(value: Pattern): ValueTest {
  const expected = patternText(value);
  return (actual) => actual === expected;
}

function equalsIgnoreCase(value: Pattern): ValueTest {
  const expected = patternText(value).toLowerCase();
  return (actual) => actual.toLowerCase() === expected;
}
