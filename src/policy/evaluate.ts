import type { CompiledPolicy } from './compile.ts';
import type { ContextLookup } from './context.ts';
import type { Allowed, Decision, Denied, PolicyType } from './decision.ts';
import type { Principal } from './principal.ts';
import { ACCOUNT_MATCH, DIRECT_MATCH, type PrincipalMatch, ROLE_MATCH } from './principal-match.ts';
import type { CompiledStatement } from './statement.ts';

/** One question: may this principal do this to that resource, given all policies that have a say? */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `kms:Encrypt` */
  readonly action: string;
  readonly resource: ProtectedResource;
  readonly context: ContextLookup;
  /** The principal's own and its groups' policies. Not asked for root, who needs none, nor for services, who have none. */
  readonly identity: readonly CompiledPolicy[];
  /** Permissions boundary; absent: none. */
  readonly boundary?: readonly CompiledPolicy[];
  /** Session policies; absent: the session was not narrowed; empty: narrowed to nothing. */
  readonly session?: readonly CompiledPolicy[];
  /** The principal lent its session to somebody else, who may do no more than the session policies say, whoever names the principal. */
  readonly delegated?: boolean;
  /**
   * Service control policies of the principal's organization, one list for each level root → OU → account. Absent for
   * those whom none binds: the management account, service-linked roles, services.
   */
  readonly scps?: readonly (readonly CompiledPolicy[])[] | undefined;
  /** Resource control policies of the resource's organization, one list for each level. */
  readonly rcps?: readonly (readonly CompiledPolicy[])[] | undefined;
  /** Policy of the VPC endpoint that the request came through. */
  readonly vpcEndpoint?: readonly CompiledPolicy[];
  /** Asked last: does a grant of the service allow this? */
  readonly grants?: () => GrantMatch;
}

/**
 * Whom a grant of the service was given to: the principal, worth as much as a resource policy that names it, or its
 * account, whose identity policies decide then; undefined: there is no such grant.
 */
export type GrantMatch = 'principal' | 'account' | undefined;

/** What the engine must know of a resource. */
export interface ProtectedResource {
  /** `*` for operations that name none. */
  readonly arn: string;
  readonly account: string;
  readonly policy?: CompiledPolicy;
  /** True where identity policies alone are never enough: KMS keys, role trust. */
  readonly policyRequired?: boolean;
}

/**
 * Decides a request as AWS does: any explicit deny refuses; then every control policy must allow; then a resource policy
 * that names the principal suffices within the account, an identity policy is needed otherwise, and across accounts both.
 *
 * @see IAM: "Policy evaluation logic"; KMS: "Troubleshooting key access"
 */
export function evaluate(request: AuthorizationRequest): Decision {
  return findDeny(request) ?? findMissingControl(request) ?? decideGrant(request);
}

/** How control policies alone would refuse; undefined: they let it pass. */
export function findRefusingControl(request: AuthorizationRequest): Denied | undefined {
  return (
    denyAtAnyLevel(request, 'scp', request.scps) ??
    denyAtAnyLevel(request, 'rcp', request.rcps) ??
    findMissingControl(request)
  );
}

/** In the order in which AWS reports them. */
function findDeny(request: AuthorizationRequest): Denied | undefined {
  const { resource } = request;
  return (
    denyAtAnyLevel(request, 'scp', request.scps) ??
    denyAtAnyLevel(request, 'rcp', request.rcps) ??
    denyIn(request, 'vpc-endpoint', request.vpcEndpoint) ??
    (resource.policy === undefined ? undefined : denyOf(request, resourceType(resource), resource.policy)) ??
    denyIn(request, 'boundary', request.boundary) ??
    denyIn(request, 'session', request.session) ??
    denyIn(request, 'identity', request.identity)
  );
}

const resourceType = ({ policy }: ProtectedResource): 'resource' | 'trust' =>
  policy?.kind === 'trust' ? 'trust' : 'resource';

function denyAtAnyLevel(
  request: AuthorizationRequest,
  policyType: PolicyType,
  levels: readonly (readonly CompiledPolicy[])[] | undefined,
): Denied | undefined {
  if (levels === undefined) return undefined;
  for (const policies of levels) {
    const denied = denyIn(request, policyType, policies);
    if (denied !== undefined) return denied;
  }
  return undefined;
}

function denyIn(
  request: AuthorizationRequest,
  policyType: PolicyType,
  policies: readonly CompiledPolicy[] | undefined,
): Denied | undefined {
  if (policies === undefined) return undefined;
  for (const policy of policies) {
    const denied = denyOf(request, policyType, policy);
    if (denied !== undefined) return denied;
  }
  return undefined;
}

function denyOf(request: AuthorizationRequest, policyType: PolicyType, policy: CompiledPolicy): Denied | undefined {
  const { denies } = policy.candidates(request.action);
  if (denies.size === 0) return undefined;
  const statement = denies.find(request.resource.arn, appliesAnyhow, request);
  return statement && { ...refusal(request, policyType), explicit: true, policy, statement };
}

function findMissingControl(request: AuthorizationRequest): Denied | undefined {
  const { scps, rcps, vpcEndpoint } = request;
  if (scps?.some((policies) => findAllow(request, policies) === undefined)) return refusal(request, 'scp');
  if (rcps?.some((policies) => findAllow(request, policies) === undefined)) return refusal(request, 'rcp');
  if (vpcEndpoint !== undefined && findAllow(request, vpcEndpoint) === undefined) {
    return refusal(request, 'vpc-endpoint');
  }
  return undefined;
}

const isOfAnAccount = ({ kind }: Principal): boolean =>
  kind !== 'service' && kind !== 'anonymous' && kind !== 'federated';

function decideGrant(request: AuthorizationRequest): Decision {
  const { principal, resource } = request;
  const type = resourceType(resource);
  const direct = findResourceAllow(request, DIRECT_MATCH);
  if (!isOfAnAccount(principal)) return direct ?? grantOr(request, refusal(request, type));
  if (principal.account !== resource.account) {
    const named = direct ?? findResourceAllow(request, ACCOUNT_MATCH);
    return named === undefined ? grantOr(request, refusal(request, type)) : limited(request, identityGrant(request));
  }
  if (direct !== undefined) return request.delegated ? limited(request, direct) : direct;
  const role = findResourceAllow(request, ROLE_MATCH);
  if (role !== undefined) return limited(request, role);
  if (resource.policyRequired && findResourceAllow(request, ACCOUNT_MATCH) === undefined) {
    return grantOr(request, refusal(request, type));
  }
  return limited(request, identityGrant(request));
}

/** The Allow statement of the resource policy that names the principal at least as closely as `match`. */
function findResourceAllow(request: AuthorizationRequest, match: PrincipalMatch): Allowed | undefined {
  const { policy, arn } = request.resource;
  if (policy === undefined) return undefined;
  const test = match === DIRECT_MATCH ? appliesDirectly : match === ROLE_MATCH ? appliesToRole : appliesAnyhow;
  const statement = policy.candidates(request.action).allows.find(arn, test, request);
  return statement && { allowed: true, by: resourceType(request.resource), policy, statement };
}

const ROOT: Allowed = { allowed: true, by: 'root' };

function identityGrant(request: AuthorizationRequest): Decision {
  if (request.principal.kind === 'root') return ROOT;
  return findAllow(request, request.identity) ?? refusal(request, 'identity');
}

/** What an identity policy or a role grants goes only as far as boundary and session policies allow. */
function limited(request: AuthorizationRequest, granted: Decision): Decision {
  if (!granted.allowed) return grantOr(request, granted);
  const { boundary, session } = request;
  if (boundary !== undefined && findAllow(request, boundary) === undefined) {
    return grantOr(request, refusal(request, 'boundary'));
  }
  if (session !== undefined && findAllow(request, session) === undefined) {
    return grantOr(request, refusal(request, 'session'));
  }
  return granted;
}

const GRANT: Allowed = { allowed: true, by: 'grant' };

function grantOr({ grants, ...request }: AuthorizationRequest, denied: Denied): Decision {
  const match = grants?.();
  if (match === undefined) return denied;
  const suffices = match === 'principal' && !request.delegated;
  return suffices || limited(request, match === 'principal' ? GRANT : identityGrant(request)).allowed ? GRANT : denied;
}

function findAllow(request: AuthorizationRequest, policies: readonly CompiledPolicy[]): Allowed | undefined {
  for (const policy of policies) {
    const { allows } = policy.candidates(request.action);
    if (allows.size === 0) continue;
    const statement = allows.find(request.resource.arn, appliesAnyhow, request);
    if (statement !== undefined) return { allowed: true, by: 'identity', policy, statement };
  }
  return undefined;
}

const refusal = ({ principal, resource }: AuthorizationRequest, policyType: PolicyType): Denied => ({
  allowed: false,
  explicit: false,
  policyType,
  crossAccount: isOfAnAccount(principal) && principal.account !== resource.account,
});

const appliesDirectly = (statement: CompiledStatement, request: AuthorizationRequest): boolean =>
  applies(statement, request, DIRECT_MATCH);

const appliesToRole = (statement: CompiledStatement, request: AuthorizationRequest): boolean =>
  applies(statement, request, ROLE_MATCH);

const appliesAnyhow = (statement: CompiledStatement, request: AuthorizationRequest): boolean =>
  applies(statement, request, ACCOUNT_MATCH);

function applies(statement: CompiledStatement, request: AuthorizationRequest, match: PrincipalMatch): boolean {
  if (statement.matchesPrincipal(request.principal) < match) return false;
  if (!statement.matchesResource(request.resource.arn, request.context)) return false;
  for (const condition of statement.conditions) if (!condition.holds(request.context)) return false;
  return true;
}
