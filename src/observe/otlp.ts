import type { Span } from './span.ts';

/** Attributes of the process that spans come from, e.g. `{ 'service.name': 'bulwark' }`. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/**
 * Spans as the body of an OTLP/HTTP request in JSON.
 *
 * @see OpenTelemetry Protocol: "OTLP/HTTP", JSON Protobuf encoding: ids are hex, 64-bit integers decimal strings
 */
export const formatSpans = (spans: readonly Span[], resource: ResourceAttributes): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'bulwark' }, spans: spans.map(messageOf) }],
      },
    ],
  });

const messageOf = ({ attributes, kind, startedAt, endedAt, error, ...span }: Span): object => ({
  ...span,
  kind: kinds[kind],
  startTimeUnixNano: unixNano(startedAt),
  endTimeUnixNano: unixNano(endedAt),
  attributes: attributesOf(attributes),
  status: error === undefined ? {} : { code: statusError, message: error },
});

/** SpanKind and StatusCode of opentelemetry/proto/trace/v1/trace.proto. */
const kinds: Readonly<Record<Span['kind'], number>> = { internal: 1, server: 2 };
const statusError = 2;

/** Whole microseconds, which a number holds exactly, and three zeros. */
const unixNano = (milliseconds: number): string => `${Math.round((performance.timeOrigin + milliseconds) * 1000)}000`;

const attributesOf = (attributes: Span['attributes']): readonly object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueOf(value) }));

const anyValueOf = (value: string | number | boolean): object => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};
