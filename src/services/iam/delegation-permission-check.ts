import type { Call } from '../../kernel/call.ts';
import { controlPoliciesOf } from '../../kernel/control-policies.ts';
import { type CompiledPolicy, evaluate } from '../../policy/policy.ts';
import { policiesOf } from './policy-sets.ts';
import { SimulatedContext } from './simulated-context.ts';

/** Whether a caller has all permissions that a policy grants. */
export type PermissionCheck = 'ALLOWED' | 'DENIED' | 'UNSURE';

/**
 * Asks the policy engine whether the caller may do everything that a policy grants. An action or resource with wildcards
 * is asked for as it is written: what allows it allows all it stands for. Where conditions decide, or a Deny may hit a part
 * of it, nobody can be sure.
 *
 * @see IAM: GetDelegationRequest, PermissionCheckResult
 */
export const checkPermissions = (call: Call, document: string): PermissionCheck => {
  const { Statement } = JSON.parse(document) as { readonly Statement: PolicyStatement | readonly PolicyStatement[] };
  const results = [Statement].flat().flatMap((statement) => checkStatement(call, statement));
  if (results.includes('DENIED')) return 'DENIED';
  return results.includes('UNSURE') ? 'UNSURE' : 'ALLOWED';
};

interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

const checkStatement = (call: Call, { Effect, Action, Resource }: PolicyStatement): readonly PermissionCheck[] => {
  if (Effect === 'Deny') return [];
  if (Action === undefined || Resource === undefined) return ['UNSURE'];
  return [Action].flat().flatMap((action) => [Resource].flat().map((arn) => check(call, action, arn)));
};

const check = (call: Call, action: string, arn: string): PermissionCheck => {
  const { caller, tx, account } = call;
  const context = new SimulatedContext(caller, account, call);
  const resource = { arn, account };
  const policies = { ...controlPoliciesOf(call, action, resource), ...policiesOf(tx, caller) };
  const { allowed } = evaluate({ principal: caller, action, resource, context: context.lookup, ...policies });
  if (context.missing.size > 0) return 'UNSURE';
  if (!allowed) return 'DENIED';
  const { identity, boundary = [], session = [], scps = [], rcps = [] } = policies;
  const all = [...identity, ...boundary, ...session, ...scps.flat(), ...rcps.flat()];
  return mayDenyPart(action, arn, all) ? 'UNSURE' : 'ALLOWED';
};

const hasWildcard = (text: string): boolean => /[*?]/.test(text);

const mayDenyPart = (action: string, arn: string, all: readonly CompiledPolicy[]): boolean =>
  (hasWildcard(action) || hasWildcard(arn)) &&
  all.some(({ statements }) => statements.some(({ effect }) => effect === 'Deny'));
