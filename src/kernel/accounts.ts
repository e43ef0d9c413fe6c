import type { Transaction } from '../store/store.ts';
import type { Access } from './operation.ts';

/** What Organizations needs of accounts as such; the IAM service implements it. */
export interface Accounts {
  /** Whether there is such an account on this server. */
  exists(tx: Transaction, account: string): boolean;
  /**
   * Brings a member account into being, with a role that gives administrators of the management account full access.
   *
   * @throws {Fault} for a role name that IAM refuses
   */
  createMember(tx: Transaction, member: NewMember, now: Date): void;
  /** What must be allowed before {@link ensureOrganizationsRole}, by those who let Organizations in; undefined: it is there. */
  accessToOrganizationsRole(tx: Transaction, account: string): Access | undefined;
  /** Lets Organizations act in an account: makes its service-linked role unless it is there. */
  ensureOrganizationsRole(tx: Transaction, account: string, now: Date): void;
}

/** An account to be. */
export interface NewMember {
  readonly account: string;
  /** Name of the role that the management account may assume: `OrganizationAccountAccessRole`. */
  readonly roleName: string;
  readonly managementAccount: string;
}
