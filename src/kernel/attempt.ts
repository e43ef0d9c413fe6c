import type { Quota } from './quota.ts';

/** One attempt to run a request: the call itself, and those that services make on its behalf. */
export interface Attempt {
  /** What each call counted against already, in the order in which they are made; outlives the attempt. */
  readonly charged: Quota[][];
  /** How many calls have begun. */
  calls: number;
  /** The calls of services that are over, in that order. */
  readonly ended: EndedCall[];
}

/** A call of a service that waits for the end of the request. */
export interface EndedCall {
  /** Its journal records. */
  readonly texts: readonly string[];
  /** True where it wrote what counts only if the request succeeds. */
  readonly changes: boolean;
  readonly committed?: () => void;
}

/** Whether a call counts however the request ends. */
export const changedNothing = ({ changes }: EndedCall): boolean => !changes;
