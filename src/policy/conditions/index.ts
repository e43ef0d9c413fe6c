import { arnOperators } from './arn.ts';
import { binaryOperators } from './binary.ts';
import { boolOperators } from './bool.ts';
import { dateOperators } from './date.ts';
import { ipOperators } from './ip.ts';
import { NULL } from './null.ts';
import { numericOperators } from './numeric.ts';
import type { ConditionOperator } from './operator.ts';
import { stringOperators } from './string.ts';

/** Every operator that compares values, by its name; `Null` stands apart. */
export const operators: ReadonlyMap<string, ConditionOperator> = new Map(
  [
    ...stringOperators,
    ...numericOperators,
    ...dateOperators,
    ...boolOperators,
    ...binaryOperators,
    ...ipOperators,
    ...arnOperators,
  ].map((operator) => [operator.name, operator]),
);

/** `ForAllValues:` and `ForAnyValue:` */
export type SetOperator = 'ForAllValues' | 'ForAnyValue';

/** An operator as written in a policy: `ForAnyValue:StringLikeIfExists`. */
export interface OperatorName {
  readonly set: SetOperator | undefined;
  /** Name in the table, or `Null`. */
  readonly name: string;
  readonly ifExists: boolean;
}

/** @returns undefined where no such operator exists */
export function parseOperatorName(written: string): OperatorName | undefined {
  const [, set, base, suffix] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(written) ?? [];
  if (base === undefined) return undefined;
  const ifExists = suffix !== undefined;
  if (base === NULL ? ifExists || set !== undefined : !operators.has(base)) return undefined;
  return { set: set as SetOperator | undefined, name: base, ifExists };
}
