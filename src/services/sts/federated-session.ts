import type { Call } from '../../kernel/call.ts';
import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Access, Conditions } from '../../kernel/operation.ts';
import { tagRecordConditions } from '../../kernel/request-tags.ts';
import type { FederatedIdentity } from './federation.ts';
import { type SessionInput, sessionPolicies } from './session-input.ts';
import { type BegunSession, beginSession, defaultRoleSeconds, requireWithinRole, roleClaims } from './sessions.ts';
import type { AssumableRole, Sts } from './sts.ts';

/** Somebody with a proven identity, on the way to a role. */
export interface FederatedCaller<Identity extends FederatedIdentity = FederatedIdentity> extends Caller {
  readonly kind: 'federated';
  readonly identity: Identity;
}

/** The caller that an identity provider vouches for. */
export const federatedCaller = <Identity extends FederatedIdentity>(identity: Identity): FederatedCaller<Identity> => {
  const { provider, audience, subject } = identity;
  return { kind: 'federated', account: '', arn: provider, userId: `${provider}:${audience}:${subject}`, identity };
};

/** The identity of a caller that `identify` proved; undefined before. */
export const identityOf = <Identity extends FederatedIdentity>({ caller }: Call): Identity | undefined =>
  caller.kind === 'federated' ? (caller as FederatedCaller<Identity>).identity : undefined;

/**
 * What it takes to assume a role with a proven identity: the role's trust policy alone decides, which names the provider.
 *
 * @param identity undefined: nothing is proven yet
 */
export const federatedAccesses = (
  role: AssumableRole | AbsentResource,
  sessionName: string | undefined,
  identity: FederatedIdentity | undefined,
  { operation }: Call,
): readonly Access<AssumableRole>[] => {
  const refusal = notAuthorized(operation);
  // Whether the role exists is not told.
  const resource = role.absent ? { ...role, absent: refusal } : role;
  const { provider, tags = {}, transitiveTagKeys = [], sourceIdentity, conditions: said } = identity ?? {};
  const conditions: Conditions = {
    'aws:FederatedProvider': provider,
    'sts:RoleSessionName': sessionName,
    'sts:SourceIdentity': sourceIdentity,
    ...(transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': transitiveTagKeys }),
    ...tagRecordConditions(tags),
    ...said,
  };
  const actions = [
    `sts:${operation}`,
    ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  return actions.map((action) => ({ action, resource, conditions, refusal }));
};

/** The sentence for everybody who is not let in, also where the role does not exist. */
export const notAuthorized = (operation: string) => fault('AccessDenied', `Not authorized to perform sts:${operation}`);

/** What somebody with a proven identity asks for. */
export interface FederatedRequest extends SessionInput {
  readonly DurationSeconds?: number | undefined;
  readonly sessionName: string;
  readonly identity: FederatedIdentity;
}

/** Begins the session of somebody whom the role's trust policy let in. */
export const beginFederatedSession = (
  sts: Sts,
  role: AssumableRole,
  request: FederatedRequest,
  call: Call,
): BegunSession => {
  const { identity, sessionName, DurationSeconds: seconds = defaultRoleSeconds } = request;
  const { tags = {}, transitiveTagKeys = [], sourceIdentity } = identity;
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
