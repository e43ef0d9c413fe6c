import type { Pattern } from '../match.ts';

/** Tells whether one value of the request matches one prepared value of the policy. */
export type ValueTest = (actual: string) => boolean;

/**
 * A condition operator: how one policy value is compared with one request value.
 *
 * What is the same for every operator (several values, missing keys, `IfExists`, `ForAllValues`, `ForAnyValue`) is in
 * `condition.ts`; a family of operators is a file with a list of these records.
 */
export interface ConditionOperator {
  /** As policies spell it, without set prefix and `IfExists`. */
  readonly name: string;
  /** True: the operator holds where no policy value matches, `StringNotEquals`. */
  readonly negated: boolean;
  /**
   * Prepares one policy value, once when the policy is written (or per request, where it holds variables).
   *
   * @returns undefined where the value is not of the operator's type; it then matches nothing
   */
  prepare(value: Pattern): ValueTest | undefined;
}

/** A comparison and its negation are one rule under two names. */
export const withNegation = (
  name: string,
  negation: string,
  prepare: ConditionOperator['prepare'],
): readonly ConditionOperator[] => [
  { name, negated: false, prepare },
  { name: negation, negated: true, prepare },
];
