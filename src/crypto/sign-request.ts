import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** What a request is signed with. */
export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A request to sign. */
export interface UnsignedRequest {
  readonly method: string;
  /** URI-encoded once, as it is sent. */
  readonly path: string;
  /** Names and values, not encoded. */
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case, `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body. */
  readonly bodyHash: string;
}

/**
 * Signs a request with SigV4 by header, for what this server asks of others.
 *
 * @returns every header to send
 * @see AWS: "Create a signed AWS API request"
 */
export const signRequest = (
  { method, path, query = {}, headers: own, bodyHash }: UnsignedRequest,
  { accessKeyId, secretAccessKey, sessionToken }: SigningKey,
  { region, service }: { readonly region: string; readonly service: string },
  at: Date,
): Record<string, string> => {
  const timestamp = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    ...own,
    'x-amz-date': timestamp,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [method, path, formatQuery(query), lines, names.join(';'), bodyHash].join('\n');
  const scope = [timestamp.slice(0, 8), region, service, 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), hash('sha256', canonical)].join('\n');
  const key = signingKey(secretAccessKey, scope);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
};

/** The key that signatures of a scope are made with. @param scope date, region, service, `aws4_request` */
export const signingKey = (secretAccessKey: string, scope: readonly string[]): KeyObject =>
  createSecretKey(
    scope.reduce(
      (previous, part) => createHmac('sha256', previous).update(part).digest(),
      Buffer.from(`AWS4${secretAccessKey}`),
    ),
  );

/** A query as SigV4 has it, which is also how it may be sent: sorted, everything encoded but RFC 3986's unreserved characters. */
export const formatQuery = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
    .sort()
    .join('&');

/** Encodes every byte but RFC 3986's unreserved characters. */
export const encodeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
