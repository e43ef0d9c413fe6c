import { compileArn } from '../arn.ts';
import { type ConditionOperator, withNegation } from './operator.ts';

/**
 * `ArnEquals` and `ArnLike` are the same: each of the six colon-separated parts is matched on its own, with `*` and `?`,
 * case-sensitively.
 *
 * @see IAM: "Condition operators: Amazon Resource Name (ARN) condition operators"
 */
export const arnOperators: readonly ConditionOperator[] = [
  ...withNegation('ArnEquals', 'ArnNotEquals', compileArn),
  ...withNegation('ArnLike', 'ArnNotLike', compileArn),
];
