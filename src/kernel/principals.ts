import type { Transaction } from '../store/store.ts';

/**
 * What resource policies must know about the principals they name; the IAM service implements it and `service-set.ts`
 * hands it to the services whose resources carry policies.
 *
 * Stored policies keep users and roles by unique id, so that an entity that is deleted and created again under the same
 * name does not regain access. @see IAM: "AWS JSON policy elements: Principal"
 */
export interface Principals {
  /**
   * The form under which a policy keeps a principal of its `AWS` element: `*`, the root ARN of an account (also given as
   * 12 digits), a session ARN, or the unique id (`AIDA…`, `AROA…`) of a user or role given by ARN or unique id.
   *
   * @returns undefined when no such principal exists
   */
  toStored(tx: Transaction, principal: string): string | undefined;
  /** The ARN of the entity behind a unique id; everything else, and the id of a deleted entity, stays as it is. */
  toDisplayed(tx: Transaction, stored: string): string;
}
