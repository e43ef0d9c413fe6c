import { createHash, createHmac } from 'node:crypto';

/** A long-term or temporary key to sign with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request before it is signed; header names in lower case. */
export interface Unsigned {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/**
 * Signs a request with SigV4 by header, for tests and benchmarks that speak raw HTTP.
 *
 * @param path without query
 * @returns every header to send, `authorization` and `x-amz-date` among them
 * @see AWS: "Create a signed AWS API request"
 */
export const sign = (
  { method, path, headers, body }: Unsigned,
  credentials: Credentials,
  scope: { readonly region: string; readonly service: string },
  at: Date = new Date(),
): Record<string, string> => {
  const timestamp = `${at.toISOString().replace(/[-:]|\.\d{3}/g, '')}`;
  const date = timestamp.slice(0, 8);
  const signed: Record<string, string> = {
    ...headers,
    'x-amz-date': timestamp,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    method,
    path,
    '',
    ...names.map((name) => `${name}:${signed[name]!.trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scopeText = `${date}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scopeText, sha256(canonical)].join('\n');
  const key = [date, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scopeText}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
};

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
