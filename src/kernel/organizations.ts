import type { CompiledPolicy } from '../policy/policy.ts';
import type { Transaction } from '../store/store.ts';

/**
 * What everybody else must know about organizations; the Organizations service implements it and `compose.ts` hands it
 * in, so that the kernel depends on no service.
 */
export interface Organizations {
  /**
   * The account's place in its organization; undefined: it is in none.
   *
   * Asked on every request: two cached reads, and none of the work behind it is done twice while the organization stays
   * as it is.
   */
  membershipOf(tx: Transaction, account: string): Membership | undefined;
  /** Whether the account was closed: its keys and sessions are refused, in an organization or not. */
  isClosed(tx: Transaction, account: string): boolean;
}

/** An account in an organization. */
export interface Membership {
  /** `o-…`: `aws:PrincipalOrgID` of its principals, `aws:ResourceOrgID` of its resources. */
  readonly organizationId: string;
  /** The organization's management account; the account itself is it where {@link isManagement}. */
  readonly managementAccount: string;
  readonly isManagement: boolean;
  /** `o-…/r-…/ou-…/`, from the root down to where the account is: `aws:PrincipalOrgPaths`, `aws:ResourceOrgPaths`. */
  readonly path: string;
  /** False for an account that was closed. */
  readonly active: boolean;
  /** True where all features are on, false for consolidated billing only. */
  readonly allFeatures: boolean;
  /** Service principals with trusted access to the organization: `iam.amazonaws.com`. */
  readonly trustedServices: readonly string[];
  /** Service principals that the account is the delegated administrator of. */
  readonly delegatedServices: readonly string[];
  /** Service control policies on root, each OU and the account. Absent for those they never bind: the management account. */
  readonly scps?: ControlLevels;
  /** Resource control policies, as {@link scps}. */
  readonly rcps?: ControlLevels;
}

/** Control policies, one list for each level root → OU → account; every level must allow. */
export type ControlLevels = readonly (readonly CompiledPolicy[])[];

/** Where no account is in an organization. */
export const noOrganizations: Organizations = { membershipOf: () => undefined, isClosed: () => false };
