/**
 * What is wrong: `credentials` (wrong PIN), `locked` (its PIN), `no-user` (no PIN was ever set), `logged-in` (another user
 * is), `no-token`, `no-key`, `altered` (not what was encrypted), `busy`, `lost` (everything else).
 */
export type HsmProblem =
  | 'credentials'
  | 'locked'
  | 'no-user'
  | 'logged-in'
  | 'no-token'
  | 'no-key'
  | 'altered'
  | 'busy'
  | 'lost';

/** A device refused a task or could not do it. The message is for operators and names no secret. */
export class HsmError extends Error {
  readonly problem: HsmProblem;
  constructor(problem: HsmProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
