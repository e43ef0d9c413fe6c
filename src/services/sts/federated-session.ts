import type { Call } from '../../kernel/call.ts';
import type { Caller } from '../../kernel/caller.ts';
import { contextOf } from '../../kernel/context.ts';
import { controlPoliciesOf } from '../../kernel/control-policies.ts';
import { fault } from '../../kernel/fault.ts';
import type { Conditions } from '../../kernel/operation.ts';
import { evaluate } from '../../policy/policy.ts';
import type { FederatedIdentity } from './federation.ts';
import { type SessionInput, sessionPolicies, sessionTagConditions } from './session-input.ts';
import { type BegunSession, beginSession, defaultRoleSeconds, requireWithinRole, roleClaims } from './sessions.ts';
import type { AssumableRole, Sts } from './sts.ts';

/** What somebody with a proven identity asks for. */
export interface FederatedRequest extends SessionInput {
  readonly DurationSeconds?: number | undefined;
  readonly sessionName: string;
  readonly identity: FederatedIdentity;
}

/**
 * Lets a proven identity assume a role whose trust policy names its provider. It has no policies of its own: the trust
 * policy decides alone.
 *
 * @throws {Fault} `AccessDenied` where it does not
 */
export const beginFederatedSession = (
  sts: Sts,
  role: AssumableRole,
  request: FederatedRequest,
  call: Call,
): BegunSession => {
  const { identity, sessionName, DurationSeconds: seconds = defaultRoleSeconds } = request;
  const { tags = {}, transitiveTagKeys = [], sourceIdentity } = identity;
  const actions = [
    `sts:${call.operation}`,
    ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  for (const action of actions) requireTrust(action, role, request, call);
  requireWithinRole(seconds, role);
  const policies = sessionPolicies(request, role.account, sts, call.tx);
  const claims = {
    ...roleClaims(role, sessionName),
    ...(policies && { policies }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    federatedProvider: identity.provider,
    federatedConditions: identity.conditions,
  };
  return beginSession(sts, claims, seconds, call.now);
};

/** The sentence for everybody who is not let in, also where the role does not exist. */
export const notAuthorized = (operation: string) => fault('AccessDenied', `Not authorized to perform sts:${operation}`);

const requireTrust = (
  action: string,
  role: AssumableRole,
  { identity, sessionName }: FederatedRequest,
  call: Call,
): void => {
  const { provider, conditions, tags = {}, sourceIdentity } = identity;
  const caller: Caller = { kind: 'federated', account: '', arn: provider, userId: '' };
  const asked: Conditions = {
    'aws:FederatedProvider': provider,
    'sts:RoleSessionName': sessionName,
    'sts:SourceIdentity': sourceIdentity,
    ...sessionTagConditions(tags),
    ...conditions,
  };
  const asCaller = { ...call, caller };
  const context = contextOf(asCaller, { resource: role, conditions: asked });
  const { rcps } = controlPoliciesOf(asCaller, action, role);
  const decision = evaluate({ principal: caller, action, resource: role, context, identity: [], rcps });
  if (!decision.allowed) throw notAuthorized(call.operation);
};
