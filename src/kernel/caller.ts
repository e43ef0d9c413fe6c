import type { KeyObject } from 'node:crypto';
import type { CompiledPolicy } from '../policy/policy.ts';
import type { Principal } from '../policy/principal.ts';
import type { Transaction } from '../store/store.ts';

/** An authenticated principal with the facts about the credential it used. */
export interface Caller extends Principal {
  /** The access key id that signed; `undefined` for services and the anonymous caller. */
  readonly accessKeyId?: string;
  /** Facts of a temporary credential; absent for long-term keys. */
  readonly session?: SessionFacts;
  /** Of services that act because of a resource: which one, and whose. `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrg…` */
  readonly source?: CallSource;
  /** True for keys that open mode takes without knowing them: no signature was checked, the account's administrator acts. */
  readonly unverified?: boolean;
}

/** The resource because of which a service calls. */
export interface CallSource {
  readonly arn: string;
  /** 12 digits. */
  readonly account: string;
}

/** A service that calls in its own name, as trust and resource policies see it. @param principal `lambda.amazonaws.com` */
export const serviceCaller = (principal: string, source?: CallSource): Caller => ({
  kind: 'service',
  account: '',
  arn: principal,
  userId: principal,
  ...(source && { source }),
});

/** What a temporary credential carries into every decision. */
export interface SessionFacts {
  /** `aws:TokenIssueTime` */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** `aws:MultiFactorAuthPresent`; the moment of authentication gives `aws:MultiFactorAuthAge`. */
  readonly mfaAuthenticatedAt?: Date;
  /** `aws:SourceIdentity` */
  readonly sourceIdentity?: string;
  /** Whose permissions the session has, where it is not the caller itself: a role, or the user behind a federated user. */
  readonly issuer?: SessionIssuer;
  /** What the session was narrowed to when it began; absent: not narrowed. */
  readonly policies?: SessionPolicies;
  /** The account that acts, where the session was delegated to it; `policies` bound what it may do. */
  readonly delegate?: string;
  /** Keys of the session tags that go on into the sessions of roles assumed from this one. */
  readonly transitiveTagKeys?: readonly string[];
  /** `aws:FederatedProvider`: the identity provider that vouched for the session. */
  readonly federatedProvider?: string;
  /** What the identity provider, or the service that began the session, said, by lower-cased condition key: `saml:sub`, `accounts.google.com:aud`. */
  readonly federatedConditions?: Readonly<Record<string, string | readonly string[]>>;
}

/** Who issued a session, as CloudTrail's `sessionIssuer` names it. */
export interface SessionIssuer {
  readonly type: 'Role' | 'IAMUser' | 'Root';
  readonly uniqueId: string;
  readonly arn: string;
  /** Name of the role or user; absent for root. */
  readonly userName?: string;
}

/** Session policies; together they bound what the session may do. */
export interface SessionPolicies {
  /** Inline documents, checked before. */
  readonly documents: readonly string[];
  /** ARNs of managed policies, in force as they are at each request. */
  readonly arns: readonly string[];
}

/** A known access key: who it makes the caller, and the signing keys that only its secret can derive. */
export interface Credential {
  readonly caller: Caller;
  /** False once UpdateAccessKey made it Inactive. */
  readonly active: boolean;
  /**
   * The SigV4 signing key of a scope.
   *
   * @param date `YYYYMMDD` of the credential scope
   * @returns HMAC key `kSigning`; memoized by the implementation, never exported
   */
  signingKey(date: string, region: string, service: string): KeyObject;
}

/** Every identity-side policy that bounds a principal; each list is empty where nothing is attached. */
export interface PrincipalPolicies {
  /** Inline, attached managed and group policies. Empty for root, who needs none. */
  readonly identity: readonly CompiledPolicy[];
  /** Permissions boundary; absent: no boundary. */
  readonly boundary?: readonly CompiledPolicy[];
  /** Session policies; absent: the session was not narrowed. */
  readonly session?: readonly CompiledPolicy[];
  /** The session was delegated: nobody's policy lets it do what its session policies do not. */
  readonly delegated?: boolean;
}

/**
 * What the kernel must know about identities; the IAM service implements it and `compose.ts` hands it in, so that the
 * kernel depends on no service.
 */
export interface Identities {
  /**
   * Looks up an access key.
   *
   * @param sessionToken what the request sent as `X-Amz-Security-Token`, if anything
   * @returns undefined for an unknown key, a token that does not belong to the key, or a token where none belongs
   * @throws {Fault} `ExpiredToken` when the session is over
   */
  findCredential(
    tx: Transaction,
    accessKeyId: string,
    sessionToken: string | undefined,
    now: Date,
  ): Credential | undefined;
  /** The caller's whole identity-side policy set, compiled; memoized per stored revision. */
  policiesOf(tx: Transaction, caller: Caller): PrincipalPolicies;
  /** Notes that a request of this caller was verified, for GetAccessKeyLastUsed; in memory only, so it costs no write. */
  noteUse(caller: Caller, now: Date, region: string, service: string): void;
}
