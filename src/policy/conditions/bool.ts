import { patternText } from '../match.ts';
import type { ConditionOperator } from './operator.ts';

/** Reads `true` or `false` in any case. */
export function readBool(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

/** `Bool`. @see IAM: "Condition operators: Boolean condition operators" */
export const boolOperators: readonly ConditionOperator[] = [
  {
    name: 'Bool',
    negated: false,
    prepare(value) {
      const expected = readBool(patternText(value));
      return expected === undefined ? undefined : (actual) => readBool(actual) === expected;
    },
  },
];
