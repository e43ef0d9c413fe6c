import type { HttpRequest } from './http-message.ts';
import { queryParameter } from './query-string.ts';
import type { CredentialScope } from './signature-scope.ts';

/** A signature as a request carries it, from the Authorization header or from the query string; nothing is verified yet. */
export interface RequestSignature {
  /** Name of the algorithm, `AWS4-HMAC-SHA256` in every signature that can be accepted. */
  readonly algorithm: string;
  readonly credential: CredentialScope;
  readonly signedHeaders: SignedHeaders;
  /** 64 lower-case hexadecimal digits in every signature that can be accepted. */
  readonly signature: string;
  /** The date as sent. */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** Set for presigned requests: how long after its date the signature may be used. */
  readonly lifetimeSeconds?: number;
}

/** The parsed list of signed headers. */
export interface SignedHeaders {
  /** Names in lower case, sorted, joined with `;`: the canonical request's second last line. */
  readonly text: string;
  readonly names: readonly string[];
}

/** Parses `host;x-amz-date`. Results are shared: a client signs the same headers all day. */
export const parseSignedHeaders = (list: string): SignedHeaders => {
  const known = parsed.get(list);
  if (known) return known;
  const names = list.toLowerCase().split(';').sort();
  const signedHeaders = { text: names.join(';'), names };
  if (list.length <= longestRemembered) {
    if (parsed.size >= mostRemembered) parsed.clear();
    parsed.set(list, signedHeaders);
  }
  return signedHeaders;
};

const parsed = new Map<string, SignedHeaders>();
const mostRemembered = 512;
const longestRemembered = 512;

/**
 * The `Credential` that a request presents, however malformed the rest of its signature is: for routing by scope, and for
 * open mode, which takes access keys that it does not know.
 */
export const findPresentedCredential = ({ headers, query }: HttpRequest): string | undefined => {
  const { authorization } = headers;
  if (authorization === undefined) return query === '' ? undefined : queryParameter(query, 'X-Amz-Credential');
  const start = authorization.indexOf('Credential=');
  if (start === -1) return undefined;
  const from = start + 'Credential='.length;
  const comma = authorization.indexOf(',', from);
  const credential = authorization.slice(from, comma === -1 ? undefined : comma);
  const space = credential.indexOf(' ');
  return (space === -1 ? credential : credential.slice(0, space)) || undefined;
};
