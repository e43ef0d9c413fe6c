import type { IncomingMessage } from 'node:http';

/** Headers as {@link HttpRequest} has them. */
export type Headers = Readonly<Record<string, string | undefined>>;

/**
 * The headers of a request: node:http's own object where no header was repeated; else repeated values joined with `,` as
 * SigV4 canonicalizes them.
 *
 * @returns undefined when a header that decides what the request means was sent twice
 */
export const readHeaders = ({ headers, rawHeaders }: IncomingMessage): Headers | undefined => {
  let count = 0;
  for (const _name in headers) count += 1;
  const plain = count * 2 === rawHeaders.length && headers['set-cookie'] === undefined;
  return plain ? (headers as Headers) : joinHeaders(rawHeaders);
};

const joinHeaders = (rawHeaders: readonly string[]): Headers | undefined => {
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const earlier = headers[name];
    if (earlier !== undefined && single.has(name)) return undefined;
    headers[name] = earlier === undefined ? rawHeaders[at + 1]! : `${earlier},${rawHeaders[at + 1]}`;
  }
  return headers;
};

/** Two readers of one request must never see two different values of these. */
const single = new Set([
  'authorization',
  'content-length',
  'content-type',
  'date',
  'host',
  'transfer-encoding',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
]);

/** Path and query of a request target. */
export interface Target {
  readonly path: string;
  readonly query: string;
}

/** Splits a request target in origin form or absolute form (RFC 9112 §3.2); undefined for any other. */
export const splitTarget = (target: string): Target | undefined => {
  const from = target.startsWith('/') ? target : absoluteForm.exec(target)?.[1];
  if (from === undefined) return undefined;
  const mark = from.indexOf('?');
  if (mark === -1) return { path: from || '/', query: '' };
  return { path: from.slice(0, mark) || '/', query: from.slice(mark + 1) };
};

const absoluteForm = /^https?:\/\/[^/?#]+([/?].*)?$/i;
