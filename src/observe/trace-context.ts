/** What a client says of the trace that its request belongs to. */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: the client's own span. */
  readonly spanId: string;
  readonly sampled: boolean;
}

/**
 * Reads a `traceparent` header.
 *
 * @returns undefined for one that is absent or malformed: the trace then begins here
 * @see W3C Trace Context §3.2
 */
export const parseTraceParent = (header: string | undefined): TraceParent | undefined => {
  const match = header === undefined ? null : pattern.exec(header);
  if (!match) return undefined;
  const [, version, traceId, spanId, flags, rest] = match;
  if (version === 'ff' || (version === '00' && rest !== '')) return undefined;
  if (/^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return undefined;
  return { traceId: traceId!, spanId: spanId!, sampled: (Number.parseInt(flags!, 16) & 1) === 1 };
};

/** Versions after 00 may append fields that this one does not know. */
const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})((?:-.*)?)$/;
