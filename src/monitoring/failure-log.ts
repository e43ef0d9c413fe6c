import type { Logger } from 'pino';
import type { SchedulerParts } from '../events/scheduler.ts';
import { RateLimit } from '../observe/rate-limit.ts';
import { StoreUnavailable } from '../store/store.ts';

/** Refusals of disk or database that are logged in a window; the others are only counted. */
const loggedRefusals = 10;
const windowMs = 60_000;

/** What the log says of what no caller is told. */
export interface FailureLog {
  /** A bug with its stack; a refusal of the store in one line, ten times in a minute at most. */
  readonly report: (error: unknown, requestId: string) => void;
  /** The same, of timers. */
  readonly timerFailed: SchedulerParts['report'];
}

/** The log lines of failures. While a database is away everything fails for the same reason, all the time. */
export const failureLog = (log: Logger): FailureLog => {
  const limit = new RateLimit(loggedRefusals, windowMs);
  const refused = (error: StoreUnavailable, facts: object): void => {
    const heldBack = limit.pass(performance.now());
    if (heldBack === undefined) return;
    log.error({ ...facts, cause: reasonsOf(error), ...(heldBack > 0 && { heldBack }) }, 'the store refused');
  };
  const logged = (error: unknown, facts: object, what: string): void => {
    if (error instanceof StoreUnavailable) refused(error, facts);
    else log.error({ err: error, ...facts }, what);
  };
  return {
    report: (error, requestId) => logged(error, { requestId }, 'internal failure'),
    timerFailed: (error, timer) =>
      logged(error, { ...(timer && { timer: `${timer.kind} ${timer.id}` }) }, 'timer failed; tried again'),
  };
};

/** What an error and its causes say, each thing once. */
export const reasonsOf = ({ message, cause }: Error): string => {
  if (!(cause instanceof Error) || message.includes(cause.message)) return message;
  return `${message}: ${reasonsOf(cause)}`;
};
