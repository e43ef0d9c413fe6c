import type { JournalDecision, JournalMiss, JournalReasons, JournalVerdict } from '../journal/record.ts';
import {
  type AuthorizationRequest,
  type CompiledStatement,
  type Decision,
  type Denied,
  explain,
  type Mismatch,
  type StatementOutcome,
} from '../policy/policy.ts';

/** Statements that came close, in the record of a refusal. */
const maxMissed = 5;
/** Absent condition keys in the record of a refusal. */
const maxAbsentKeys = 20;

/**
 * What the journal keeps of a decision. Of an allowed request only what is known already: the verdict of a statement is
 * made once and kept with it. A refused one is explained.
 */
export const decisionRecordOf = (request: AuthorizationRequest, decision: Decision): JournalDecision => {
  const { action, resource } = request;
  if (decision.allowed) return { action, resource: resource.arn, by: verdictOf(decision) };
  return { action, resource: resource.arn, by: verdictOf(decision), why: reasonsOf(request, decision) };
};

const allowedBy = new WeakMap<CompiledStatement, JournalVerdict>();
const byGrant: JournalVerdict = { effect: 'Allow', type: 'grant' };
const byRoot: JournalVerdict = { effect: 'Allow', type: 'root' };

const verdictOf = (decision: Decision): JournalVerdict => {
  if (!decision.allowed) {
    const { explicit, policyType } = decision;
    return { effect: explicit ? 'Deny' : 'None', type: policyType, ...placeOf(decision) };
  }
  const { statement, by } = decision;
  if (!statement) return by === 'root' ? byRoot : byGrant;
  let verdict = allowedBy.get(statement);
  if (!verdict) {
    verdict = { effect: 'Allow', type: by, ...placeOf(decision) };
    allowedBy.set(statement, verdict);
  }
  return verdict;
};

type Place = { policy?: string; statement?: number; sid?: string };

const placeOf = ({ policy, statement }: Pick<Decision, 'policy' | 'statement'>): Place => ({
  ...(policy?.source !== undefined && { policy: policy.source }),
  ...(statement && { statement: statement.index }),
  ...(statement?.source.sid && { sid: statement.source.sid }),
});

const reasonsOf = (request: AuthorizationRequest, { explicit, policyType }: Denied): JournalReasons => {
  const { statements, absentKeys } = explain(request);
  const missed = explicit ? [] : statements.filter((outcome) => outcome.policyType === policyType && isNear(outcome));
  return {
    ...(missed.length > 0 && { missed: missed.slice(0, maxMissed).map(missOf) }),
    ...(absentKeys.length > 0 && { absentKeys: absentKeys.slice(0, maxAbsentKeys) }),
  };
};

const isNear = ({ statement, applies, mismatches }: StatementOutcome): boolean =>
  statement.effect === 'Allow' && !applies && mismatches.every(({ element }) => element !== 'Action');

const missOf = ({ policy, statement, mismatches }: StatementOutcome): JournalMiss => ({
  ...placeOf({ policy, statement }),
  statement: statement.index,
  mismatches: mismatches.map(textOf),
});

const textOf = (mismatch: Mismatch): string =>
  mismatch.element === 'Condition' ? `${mismatch.operator} ${mismatch.key}` : mismatch.element;
