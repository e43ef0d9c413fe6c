import type { CompiledPolicy } from './compile.ts';
import type { CompiledStatement } from './statement.ts';

/** The kinds of policies that a decision can rest on. */
export type PolicyType = 'scp' | 'rcp' | 'vpc-endpoint' | 'resource' | 'trust' | 'boundary' | 'session' | 'identity';

/** The answer of the policy engine. */
export type Decision = Allowed | Denied;

/** The request may go on. */
export interface Allowed {
  readonly allowed: true;
  /** What granted it: a policy, a grant of the service, or being the account's root user. */
  readonly by: 'resource' | 'trust' | 'identity' | 'grant' | 'root';
  /** The policy and statement that granted it; absent for grants and root. */
  readonly policy?: CompiledPolicy;
  readonly statement?: CompiledStatement;
}

/** The request is refused. */
export interface Denied {
  readonly allowed: false;
  /** True: a Deny statement matched; false: no statement of this type of policy allows. */
  readonly explicit: boolean;
  /** The one type that is reported, even if several refuse. */
  readonly policyType: PolicyType;
  /** Caller and resource belong to different accounts. */
  readonly crossAccount: boolean;
  /** The Deny statement and its policy, where `explicit`. */
  readonly policy?: CompiledPolicy;
  readonly statement?: CompiledStatement;
}

/** What the AccessDenied sentence names. */
export interface DeniedRequest {
  /** ARN as `Principal.arn` has it: session ARN, user ARN, `arn:aws:iam::A:root`. */
  readonly principalArn: string;
  /** `kms:Encrypt` */
  readonly action: string;
  /** `*` where the operation names none. */
  readonly resourceArn: string;
  /** Replaces ` on resource: <arn>`, e.g. ` on the resource associated with this ciphertext`. */
  readonly on?: string | undefined;
  /** Caller and resource are in one organization: the reason may be told across accounts. */
  readonly sameOrganization?: boolean | undefined;
}

/**
 * Renders AWS's AccessDenied sentence.
 *
 * The reason is told within one account or organization only. KMS differs: the caller's own side is told, and the key's
 * side hides behind one sentence, the same as for a key that does not exist.
 *
 * @see IAM: "Troubleshoot access denied error messages"; KMS: "Troubleshooting AWS KMS permissions"
 */
export function renderDenial(decision: Denied, { principalArn, action, resourceArn, ...rest }: DeniedRequest): string {
  const on = rest.on ?? ` on resource: ${resourceArn}`;
  return `User: ${principalArn} is not authorized to perform: ${action}${on}${reason(decision, action, rest.sameOrganization)}`;
}

function reason(decision: Denied, action: string, sameOrganization: boolean | undefined): string {
  if (!decision.crossAccount || sameOrganization) return ` ${disclosed(decision, action)}`;
  if (!action.toLowerCase().startsWith('kms:')) return '';
  return ` ${RESOURCE_SIDE.has(decision.policyType) ? UNDISCLOSED : disclosed(decision, action)}`;
}

const RESOURCE_SIDE: ReadonlySet<PolicyType> = new Set(['resource', 'rcp']);

const UNDISCLOSED =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';

function disclosed({ explicit, policyType }: Denied, action: string): string {
  const [denied, missing] = TITLES[policyType];
  return explicit ? `with an explicit deny in ${denied}` : `because no ${missing} allows the ${action} action`;
}

/** The names of the policy types: after "with an explicit deny in" and after "because no". */
const TITLES: Readonly<Record<PolicyType, readonly [string, string]>> = {
  scp: ['a service control policy', 'service control policy'],
  rcp: ['a resource control policy', 'resource control policy'],
  'vpc-endpoint': ['a VPC endpoint policy', 'VPC endpoint policy'],
  resource: ['a resource-based policy', 'resource-based policy'],
  trust: ['the role trust policy', 'role trust policy'],
  boundary: ['a permissions boundary', 'permissions boundary'],
  session: ['a session policy', 'session policy'],
  identity: ['an identity-based policy', 'identity-based policy'],
};
