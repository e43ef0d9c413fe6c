import type { HttpRequest } from './http-message.ts';
import type { SignedHeaders } from './request-signature.ts';

/**
 * The canonical request of SigV4 for every service but S3: normalized and doubly encoded path, sorted query, signed headers
 * with collapsed spaces.
 *
 * @param payloadHash lower-case hexadecimal SHA-256 of the body
 * @param leftOut names of query parameters that were not signed
 * @returns text of latin1 code points, one for each byte that is to be hashed
 * @see IAM: "Create a signed AWS API request", step 1
 */
export const canonicalRequest = (
  request: HttpRequest,
  { names, text }: SignedHeaders,
  payloadHash: string,
  leftOut: readonly string[] = ['X-Amz-Signature'],
): string => {
  const path = request.path === '/' ? '/' : canonicalPath(request.path);
  const query = request.query === '' ? '' : canonicalQuery(request.query, leftOut);
  let canonical = `${request.method}\n${path}\n${query}\n`;
  for (const name of names) canonical += `${name}:${canonicalValue(request.headers[name])}\n`;
  return `${canonical}\n${text}\n${payloadHash}`;
};

/** Trims and collapses runs of spaces. A signed header that was not sent counts as empty. */
const canonicalValue = (value: string | undefined): string => {
  // Names such as `constructor` find what is no header.
  if (typeof value !== 'string') return '';
  if (!value.includes('  ') && !value.startsWith(' ') && !value.endsWith(' ')) return value;
  return value.trim().replace(/ {2,}/g, ' ');
};

/** RFC 3986 §6.2.2.3 on the path as sent, then each segment encoded once more. */
const canonicalPath = (path: string): string => {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(encode(segment));
  }
  const isFolder = segments.length > 0 && /\/\.{0,2}$/.test(path);
  return `/${segments.join('/')}${isFolder ? '/' : ''}`;
};

/** Parameters sorted by encoded name, then by encoded value; a parameter without `=` has an empty value. */
const canonicalQuery = (query: string, leftOut: readonly string[]): string => {
  const parameters: (readonly [string, string])[] = [];
  for (const parameter of query.split('&')) {
    if (parameter === '') continue;
    const equals = parameter.indexOf('=');
    const name = recode(equals === -1 ? parameter : parameter.slice(0, equals));
    if (leftOut.includes(name)) continue;
    parameters.push([name, equals === -1 ? '' : recode(parameter.slice(equals + 1))]);
  }
  parameters.sort(([a, v], [b, w]) => (a < b ? -1 : a > b ? 1 : v < w ? -1 : v > w ? 1 : 0));
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
};

/** Brings one component into canonical encoding, however much of it the client had encoded; `+` means a space. */
const recode = (component: string): string => {
  if (/^[A-Za-z0-9\-._~]*$/.test(component)) return component;
  const decoded = component
    .replaceAll('+', ' ')
    .replace(/%[0-9A-Fa-f]{2}/g, (octet) => String.fromCharCode(Number.parseInt(octet.slice(1), 16)));
  return encode(decoded);
};

/** Percent-encodes every byte that RFC 3986 §2.3 does not call unreserved. */
const encode = (latin1: string): string =>
  latin1.replace(/[^A-Za-z0-9\-._~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
