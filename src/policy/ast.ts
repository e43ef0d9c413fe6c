/**
 * Where a policy is attached; decides which elements it must and must not have (`grammar.ts`).
 *
 * `managed`: customer managed policies and boundaries. `identity`: inline and session policies. `trust`: role trust
 * policies. `key`: KMS key policies. `resource`: any other resource-based policy. `scp`, `rcp`: Organizations.
 */
export type PolicyKind = 'managed' | 'identity' | 'trust' | 'key' | 'resource' | 'scp' | 'rcp' | 'vpc-endpoint';

/** A policy document as written, checked against the grammar; immutable. */
export interface Policy {
  readonly kind: PolicyKind;
  /** Absent means 2008-10-17: no policy variables. */
  readonly version: '2008-10-17' | '2012-10-17';
  readonly id?: string;
  readonly statements: readonly Statement[];
}

/** One statement. Of each pair `x` and `notX` at most one is there; single values are lists of one. */
export interface Statement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principal?: readonly PolicyPrincipal[];
  readonly notPrincipal?: readonly PolicyPrincipal[];
  readonly action?: readonly string[];
  readonly notAction?: readonly string[];
  readonly resource?: readonly string[];
  readonly notResource?: readonly string[];
  readonly conditions: readonly ConditionLine[];
}

/** The principal types of the grammar. */
export type PrincipalType = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';

/** One entry of a Principal element; `"*"` is written out as type `AWS`, id `*`. */
export interface PolicyPrincipal {
  readonly type: PrincipalType;
  /** Account id, ARN, unique id (`AIDA…`, `AROA…`), service name, provider, canonical user id or `*`. */
  readonly id: string;
}

/** One operator, one key and its values. */
export interface ConditionLine {
  /** With set prefix and `IfExists`. */
  readonly operator: string;
  /** As written; keys are compared in any case. */
  readonly key: string;
  /** Numbers and booleans as their JSON text. */
  readonly values: readonly string[];
}
