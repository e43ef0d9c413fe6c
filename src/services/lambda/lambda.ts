import type { Identities } from '../../kernel/caller.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { LambdaFunctions } from './functions.ts';
import type { Invoker } from './invoker.ts';

/** The nouns that operations work with. */
export interface Lambda {
  readonly functions: LambdaFunctions;
  readonly principals: Principals;
  readonly invoker: Invoker;
  readonly roles: Roles;
  /** Quotas in force. */
  readonly applied: QuotaValues;
  /** Lets the events that wait be looked at. */
  readonly kick: () => void;
}

/** Execution roles, as Lambda sees them; IAM implements it. */
export interface Roles {
  /** The role with an ARN, protected by its trust policy. @throws {Fault} what cannot name a role */
  find(tx: Transaction, arn: string): RoleResource | AbsentResource;
  readonly identities: Identities;
}

/** A role that exists. */
export interface RoleResource extends Resource {
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
}

/** What Lambda stands on. */
export interface LambdaParts {
  readonly store: Store;
  readonly principals: Principals;
  readonly roles: Roles;
  /** Quotas in force. */
  readonly applied: QuotaValues;
}
