import type { Logger } from 'pino';
import { RateLimit } from '../observe/rate-limit.ts';
import type { ObservedRequest, UnclaimedRequest } from '../wire/gateway-observer.ts';

/** Authentication failures that are logged in a window; the others are only counted. */
const loggedFailures = 10;
const windowMs = 60_000;

/** What the log says of requests. Of what a client sent it repeats nothing but its address: a key could stand anywhere. */
export interface RequestLog {
  /** One line for each request; absent unless the log level is debug. */
  readonly finished?: (request: ObservedRequest, code: string | undefined, milliseconds: number) => void;
  /** As `finished`, for those that named no operation of this server: nobody knows more of them. */
  readonly unclaimed?: (request: UnclaimedRequest, code: string) => void;
  /** A warning, ten times in a minute at most. */
  readonly notAuthenticated: (request: ObservedRequest, code: string) => void;
}

/** The log lines of requests. */
export const requestLog = (log: Logger): RequestLog => {
  const limit = new RateLimit(loggedFailures, windowMs);
  return {
    ...(log.isLevelEnabled('debug') && {
      finished: (request, code, milliseconds) =>
        log.debug(
          {
            ...factsOf(request),
            outcome: code ?? 'ok',
            us: Math.round(milliseconds * 1000),
            caller: request.caller?.arn,
          },
          'request',
        ),
      unclaimed: (request, code) => log.debug({ ...factsOf(request), outcome: code }, 'request'),
    }),
    notAuthenticated: (request, code) => {
      const heldBack = limit.pass(performance.now());
      if (heldBack === undefined) return;
      log.warn({ ...factsOf(request), error: code, ...(heldBack > 0 && { heldBack }) }, 'request not authenticated');
    },
  };
};

const factsOf = ({ requestId, service, operation, origin }: UnclaimedRequest & Partial<ObservedRequest>): object => ({
  requestId,
  service,
  operation,
  sourceIp: origin.sourceIp,
});
