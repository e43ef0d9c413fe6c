import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Registry } from '../observe/registry.ts';
import { RequestTrace } from '../observe/span.ts';
import { Tracer } from '../observe/tracer.ts';
import type { ObservedRequest } from '../wire/gateway-observer.ts';
import { reasonsOf } from './failure-log.ts';
import { version } from './version.ts';

/**
 * Hands the spans of a traced request to the tracer.
 *
 * @see OpenTelemetry semantic conventions: RPC, and AWS SDK attributes
 */
export const endTrace = (tracer: Tracer, request: ObservedRequest, code: string | undefined): void => {
  if (!(request.trace instanceof RequestTrace)) return;
  const { service, operation, region, requestId, startedAt, origin, caller } = request;
  const spans = request.trace.end({
    name: `${service}.${operation}`,
    startedAt,
    attributes: {
      'rpc.system': 'aws-api',
      'rpc.service': service,
      'rpc.method': operation,
      'aws.request_id': requestId,
      'cloud.region': region,
      'client.address': origin.sourceIp,
      ...(caller && { 'enduser.id': caller.arn }),
      ...(code !== undefined && { 'error.type': code }),
    },
    ...(code !== undefined && { error: code }),
  });
  tracer.add(spans);
};

/** Tells how many spans the collector took, and how many were lost. */
export const watchTracer = (registry: Registry, tracer: Tracer): void => {
  registry.observed('bulwark_trace_spans_total', 'Spans by what became of them.', 'counter', () => [
    { labels: { outcome: 'sent' }, value: tracer.sent },
    { labels: { outcome: 'dropped' }, value: tracer.dropped },
  ]);
};

/** The tracer that the configuration asks for; undefined: none. */
export const tracerOf = ({ tracing }: Config, log: Logger): Tracer | undefined =>
  tracing &&
  new Tracer({
    ...tracing,
    resource: { 'service.name': 'bulwark', 'service.version': version, 'host.name': hostname() },
    report: (error) => log.warn({ cause: reasonsOf(error) }, 'traces were not taken by the collector'),
  });
