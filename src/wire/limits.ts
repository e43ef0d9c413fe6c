/** What the listener accepts at most. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Body of a JSON request. Ours: no JSON operation of KMS, STS or IAM comes near it. */
  readonly maxBodyBytes: number;
  /** Body of a request to a path where code is uploaded. */
  readonly maxUploadBytes: number;
  /** Body of a form (Query protocol); STS answers 413 above it. */
  readonly maxFormBytes: number;
  /** Query string of a request target; STS answers 400 above it. */
  readonly maxQueryBytes: number;
  /** Request line and header section together; 431 above it. */
  readonly maxHeaderBytes: number;
  readonly maxHeaderCount: number;
  /** What is received, or worked on, at one time over all connections; refused above it. Bounds memory against many large uploads. */
  readonly maxBufferedBytes: number;
  /** Of those, what one client's requests may take while they arrive. */
  readonly maxArrivingBytesPerClient: number;
  /** Of those, what is kept for requests that have arrived: they are served however much arrives slowly. */
  readonly reservedBytes: number;
  /** How much of a refused body is still read and dropped, so that the client gets to see the answer. */
  readonly maxDrainBytes: number;
  readonly maxConnections: number;
  /** Connections of one remote address, or of one IPv6 /64; further ones are closed at once. A connection has one request in flight. */
  readonly maxConnectionsPerClient: number;
  /** Requests in flight over all connections; above it the service's own throttling error. */
  readonly maxRequests: number;
  /** From the first byte of a request (or the connection) to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept, and one whose client does not read its answers. */
  readonly keepAliveTimeoutMs: number;
  /** How long `close` waits for requests in flight before it cuts connections. */
  readonly closeGraceMs: number;
}

/** The form and query limits are AWS's (recorded on STS), as that of uploads (Lambda); the others are ours. */
export const defaultLimits: Limits = {
  maxBodyBytes: 1_048_576,
  maxUploadBytes: 70_167_211,
  maxFormBytes: 10_000_000,
  maxQueryBytes: 15_870,
  maxHeaderBytes: 32_768,
  maxHeaderCount: 128,
  maxBufferedBytes: 256 * 1_048_576,
  maxArrivingBytesPerClient: 128 * 1_048_576,
  reservedBytes: 64 * 1_048_576,
  maxDrainBytes: 16 * 1_048_576,
  maxConnections: 10_000,
  maxConnectionsPerClient: 1024,
  maxRequests: 4096,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  closeGraceMs: 10_000,
};

/** What a client may have arriving beside the largest request, in bytes. */
const besideUpload = 1_048_576;

/** Connections do not fall evenly on processes that serve one port: each may have this much more than its part. */
const unevenness = 1.5;

/**
 * What one of several processes accepts that serve one port: its part of what the server does. All together have at most
 * half as many connections again as were allowed, and none of the other limits more; a single one takes the largest request.
 */
export const partOf = (limits: Limits, processes: number): Limits => {
  if (processes === 1) return limits;
  const connections = (most: number): number => Math.min(most, Math.ceil((most / processes) * unevenness));
  const share = (bytes: number): number => Math.ceil(bytes / processes);
  const reservedBytes = share(limits.reservedBytes);
  const oneUpload = limits.maxUploadBytes + besideUpload;
  return {
    ...limits,
    maxBufferedBytes: Math.max(share(limits.maxBufferedBytes), oneUpload + reservedBytes),
    maxArrivingBytesPerClient: Math.max(share(limits.maxArrivingBytesPerClient), oneUpload),
    reservedBytes,
    maxConnections: connections(limits.maxConnections),
    maxConnectionsPerClient: connections(limits.maxConnectionsPerClient),
    maxRequests: Math.ceil(limits.maxRequests / processes),
  };
};
