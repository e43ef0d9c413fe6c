/** One request as the listener read it: nothing decoded, nothing trusted. */
export interface HttpRequest {
  readonly method: string;
  /** The request target's path, still percent-encoded, e.g. `/`. */
  readonly path: string;
  /** The request target's query, still percent-encoded, without `?`; empty when there is none. */
  readonly query: string;
  /** Header names in lower case; values of repeated headers joined with `,` (node:http's `headersDistinct` rules do not apply). */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly remoteAddress: string;
  readonly secure: boolean;
}

/** One answer, ready to be written. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}
