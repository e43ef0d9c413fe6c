import type { CompiledPolicy } from './compile.ts';
import type { ContextLookup } from './context.ts';
import type { Decision, PolicyType } from './decision.ts';
import { type AuthorizationRequest, evaluate } from './evaluate.ts';
import { NO_MATCH, type PrincipalMatch } from './principal-match.ts';
import type { CompiledStatement } from './statement.ts';
import { isConstant, type Template } from './variables.ts';

/** Why a request was decided as it was. */
export interface Explanation {
  readonly decision: Decision;
  /** Every statement of every policy that has a say. */
  readonly statements: readonly StatementOutcome[];
  /** Condition keys, lowercased and sorted, that a statement asked about and the request did not have. */
  readonly absentKeys: readonly string[];
}

/** What became of one statement. */
export interface StatementOutcome {
  readonly policyType: PolicyType;
  readonly policy: CompiledPolicy;
  readonly statement: CompiledStatement;
  /** True: its effect counts. */
  readonly applies: boolean;
  /** How closely it names the principal; lower than its kind of policy needs may still be too little. */
  readonly principalMatch: PrincipalMatch;
  /** Everything that did not match, in the order of the document; empty where it applies. */
  readonly mismatches: readonly Mismatch[];
}

/** An element of a statement that does not fit the request. */
export type Mismatch =
  | { readonly element: 'Principal' | 'Action' | 'Resource' }
  | { readonly element: 'Condition'; readonly operator: string; readonly key: string; readonly absent: boolean };

/**
 * Decides a request again and says why: slow and complete, where `evaluate` is fast and stops at the first answer.
 *
 * @see IAM: SimulatePrincipalPolicy; STS: DecodeAuthorizationMessage
 */
export function explain(request: AuthorizationRequest): Explanation {
  const absent = new Set<string>();
  const context = noting(request.context, absent);
  const statements = policiesOf(request).flatMap(([policyType, policy]) =>
    policy.statements.map((statement) => outcome(request, context, policyType, policy, statement)),
  );
  return { decision: evaluate(request), statements, absentKeys: [...absent].sort() };
}

const noting =
  (context: ContextLookup, absent: Set<string>): ContextLookup =>
  (key) => {
    const value = context(key);
    if (value === undefined || value.length === 0) absent.add(key);
    return value;
  };

function policiesOf({ resource, ...request }: AuthorizationRequest): readonly [PolicyType, CompiledPolicy][] {
  const typed = (type: PolicyType, policies: readonly CompiledPolicy[] = []) =>
    policies.map((policy): [PolicyType, CompiledPolicy] => [type, policy]);
  return [
    ...typed('scp', request.scps?.flat()),
    ...typed('rcp', request.rcps?.flat()),
    ...typed('vpc-endpoint', request.vpcEndpoint),
    ...(resource.policy === undefined
      ? []
      : typed(resource.policy.kind === 'trust' ? 'trust' : 'resource', [resource.policy])),
    ...typed('boundary', request.boundary),
    ...typed('session', request.session),
    ...typed('identity', request.identity),
  ];
}

function outcome(
  { principal, action, resource }: AuthorizationRequest,
  context: ContextLookup,
  policyType: PolicyType,
  policy: CompiledPolicy,
  statement: CompiledStatement,
): StatementOutcome {
  const principalMatch = statement.matchesPrincipal(principal);
  const mismatches: Mismatch[] = [];
  if (principalMatch === NO_MATCH) mismatches.push({ element: 'Principal' });
  if (!statement.matchesAction(action.toLowerCase())) mismatches.push({ element: 'Action' });
  else if (!statement.matchesResource(resource.arn, context)) mismatches.push({ element: 'Resource' });
  else {
    for (const condition of statement.conditions) {
      if (condition.holds(context)) continue;
      const { operator, key, values } = condition;
      mismatches.push({ element: 'Condition', operator, key, absent: isAbsent(context, key, values) });
    }
  }
  return { policyType, policy, statement, applies: mismatches.length === 0, principalMatch, mismatches };
}

/** True where the key itself or a variable in its values has no value in the request. */
const isAbsent = (context: ContextLookup, key: string, values: readonly Template[]): boolean =>
  [key, ...values.filter((value) => !isConstant(value)).flatMap(keysOf)].some((name) => {
    const value = context(name);
    return value === undefined || value.length === 0;
  });

const keysOf = (template: Template): readonly string[] =>
  template.flatMap((token) => (typeof token === 'object' ? [token.key] : []));
