import type { Logger } from 'pino';
import type { SchedulerParts } from '../events/scheduler.ts';
import type { PipelineParts } from '../kernel/pipeline.ts';
import { latencyBounds, sizeBounds } from '../observe/instruments.ts';
import { processMetrics } from '../observe/process-metrics.ts';
import { Registry } from '../observe/registry.ts';
import { RequestMeters } from '../observe/request-meters.ts';
import type { Tracer } from '../observe/tracer.ts';
import type { StoreOptions } from '../store/open.ts';
import type { GatewayObserver } from '../wire/gateway-observer.ts';
import { watchBuild } from './build.ts';
import { decisionMeter } from './decision-meter.ts';
import { requestLog } from './request-log.ts';
import { endTrace, watchTracer } from './request-traces.ts';

/** What hears of everything that happens in one server, through the hooks of its parts. */
export interface Monitor {
  readonly registry: Registry;
  readonly requests: RequestMeters;
  /** Hook of the gateway. */
  readonly observer: GatewayObserver;
  /** Hook of the pipeline. */
  readonly decided: NonNullable<PipelineParts['decided']>;
  /** Hook of the store. */
  readonly batchWritten: NonNullable<StoreOptions['batchWritten']>;
  /** Hooks of the scheduler. */
  readonly timers: Required<Pick<SchedulerParts, 'fired' | 'late'>>;
  /** Sends what is left and stops the probes. */
  close(): Promise<void>;
}

/**
 * Measures a server: metrics of every request, traces of some, log lines of what an operator must see.
 *
 * @param tracer absent: nothing is traced
 */
export const createMonitor = (log: Logger, tracer: Tracer | undefined): Monitor => {
  const registry = new Registry();
  const requests = new RequestMeters(registry);
  const stopProbes = processMetrics(registry);
  if (tracer) watchTracer(registry, tracer);
  watchBuild(registry, { sealed: false });
  registry.gauge('bulwark_workers', 'Processes that serve.', () => 1);
  return {
    registry,
    requests,
    observer: gatewayObserver(registry, requests, log, tracer),
    decided: decisionMeter(registry),
    batchWritten: batchMeter(registry),
    timers: timerMeter(registry),
    close: async () => {
      stopProbes();
      await tracer?.close();
    },
  };
};

/** What only authentication answers. */
const authenticationErrors: ReadonlySet<string> = new Set([
  'MissingAuthenticationToken',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
]);

const gatewayObserver = (
  registry: Registry,
  requests: RequestMeters,
  log: Logger,
  tracer: Tracer | undefined,
): GatewayObserver => {
  const failures = registry.counters(
    'bulwark_authentication_failures_total',
    'Requests that did not prove who sent them.',
    ['service', 'error'],
  );
  const unclaimed = registry.counters(
    'bulwark_unclaimed_requests_total',
    'Requests that named no operation of this server.',
    ['service', 'error'],
  );
  const logged = requestLog(log);
  return {
    ...(tracer && { trace: ({ headers }) => tracer.begin(headers.traceparent) }),
    finished: (request, code) => {
      const milliseconds = performance.now() - request.startedAt;
      requests.record(request.service, request.operation, code, milliseconds);
      if (code !== undefined && request.caller === undefined && authenticationErrors.has(code)) {
        failures.of(request.service, code).add();
        logged.notAuthenticated(request, code);
      }
      logged.finished?.(request, code, milliseconds);
      if (tracer && request.trace) endTrace(tracer, request, code);
    },
    unclaimed: (request, code) => {
      unclaimed.of(request.service, code).add();
      logged.unclaimed?.(request, code);
    },
  };
};

const batchMeter = (registry: Registry): Monitor['batchWritten'] => {
  const size = registry.histogram('bulwark_commit_batch_size', 'Commits that became durable together.', sizeBounds);
  const seconds = registry.histogram(
    'bulwark_commit_duration_seconds',
    'How long a batch of commits took to become durable.',
    latencyBounds,
  );
  const failures = registry.counter('bulwark_commit_failures_total', 'Batches that disk or database refused.');
  return ({ commits, writeMs, failed }) => {
    size.record(commits);
    seconds.record(writeMs / 1000);
    if (failed) failures.add();
  };
};

const timerMeter = (registry: Registry): Monitor['timers'] => {
  let lagSeconds = 0;
  registry.gauge(
    'bulwark_timer_lag_seconds',
    'How long the oldest timer has been due that has not fired; 0: none is.',
    () => lagSeconds,
    'max',
  );
  const timers = registry.counters('bulwark_timers_total', 'Timers that fired, or failed to and are tried again.', [
    'kind',
    'outcome',
  ]);
  return {
    fired: ({ kind }, failed) => timers.of(kind, failed ? 'failed' : 'fired').add(),
    late: (lateMs) => {
      lagSeconds = lateMs / 1000;
    },
  };
};
