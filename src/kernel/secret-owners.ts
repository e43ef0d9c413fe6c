import type { FunctionResult } from './functions.ts';

/** One step of the rotation of a secret, as its owner is asked to take it. */
export interface OwnedRotationStep {
  /** `createSecret`, `setSecret`, `testSecret` or `finishSecret`. */
  readonly Step: string;
  /** ARN of the secret. */
  readonly SecretId: string;
  /** Id of the version that is to become current. */
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** A service that makes secrets, and rotates them by itself: AWS's managed rotation. */
export interface SecretOwner {
  /**
   * Takes one step of a rotation, outside of any transaction; one that was interrupted is asked for again. Never rejects.
   *
   * @see Secrets Manager user guide: "Managed rotation"
   */
  takeStep(step: OwnedRotationStep): Promise<FunctionResult>;
}

/** Services that own secrets, by the id that names of their secrets begin with: `rds` of `rds!db-…`. */
export type SecretOwners = ReadonlyMap<string, SecretOwner>;
