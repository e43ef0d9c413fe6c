import { type Decision, type Explanation, explain, type Mismatch, type StatementOutcome } from '../../policy/policy.ts';
import { placeOf } from '../remedy.ts';
import type { PolicyCase } from './case-file.ts';

/** How a case ended. */
export interface CaseResult {
  readonly policyCase: PolicyCase;
  readonly passed: boolean;
  /** Of a failure: expected and actual, and every statement with what did not match. */
  readonly lines: readonly string[];
  readonly durationMs: number;
}

/** Decides a case and compares. */
export const runCase = (policyCase: PolicyCase): CaseResult => {
  const start = performance.now();
  const explanation = explain(policyCase.request);
  const durationMs = performance.now() - start;
  const { decision } = explanation;
  const passed = meets(decision, policyCase);
  return { policyCase, passed, lines: passed ? [] : differenceOf(policyCase, explanation), durationMs };
};

const meets = (decision: Decision, { expect, reason }: PolicyCase): boolean => {
  const asExpected = expect === nameOf(decision) || (expect === 'deny' && !decision.allowed);
  if (!asExpected || reason === undefined) return asExpected;
  const [type, ...sid] = reason.split(' ');
  return type === typeOf(decision) && (sid.length === 0 || sid.join(' ') === decision.statement?.source.sid);
};

const nameOf = (decision: Decision): PolicyCase['expect'] => {
  if (decision.allowed) return 'allow';
  return decision.explicit ? 'explicit deny' : 'implicit deny';
};

const typeOf = (decision: Decision): string => (decision.allowed ? decision.by : decision.policyType);

const differenceOf = (
  { expect, reason }: PolicyCase,
  { decision, statements, absentKeys }: Explanation,
): readonly string[] => [
  `- expected: ${expect}${reason === undefined ? '' : `, by ${reason}`}`,
  `+ actual:   ${nameOf(decision)}, by ${decidedBy(decision)}`,
  ...statements.map((outcome) => `  ${lineOf(outcome)}`),
  ...(statements.length === 0 ? ['  no policy has a say'] : []),
  ...(absentKeys.length > 0 ? [`  condition keys that the request does not have: ${absentKeys.join(', ')}`] : []),
];

const decidedBy = (decision: Decision): string => {
  const type = typeOf(decision);
  if (!decision.statement) return decision.allowed ? type : `${type}: no statement allows`;
  const { source: sid } = decision.statement;
  return `${type}${sid.sid ? ` ${sid.sid}` : ''}: ${placeOfStatement(decision)}`;
};

const placeOfStatement = ({ policy, statement }: Pick<Decision, 'policy' | 'statement'>): string => {
  const sid = statement!.source.sid;
  return `${placeOf({ statement: statement!.index, ...(sid && { sid }) })} of ${policy?.source}`;
};

const lineOf = (outcome: StatementOutcome): string => {
  const { policyType, statement, applies, mismatches } = outcome;
  const what = applies ? 'applies' : `does not match: ${mismatches.map(textOf).join(', ')}`;
  return `${statement.effect.padEnd(5)} ${policyType}: ${placeOfStatement(outcome)} ${what}`;
};

const textOf = (mismatch: Mismatch): string => {
  if (mismatch.element !== 'Condition') return mismatch.element;
  return `${mismatch.operator} ${mismatch.key}${mismatch.absent ? ' (absent)' : ''}`;
};
