import { fault } from '../kernel/fault.ts';
import type { HttpRequest } from './http-message.ts';
import { queryParameter } from './query-string.ts';
import { parseSignedHeaders, type RequestSignature } from './request-signature.ts';
import { parseCredential } from './signature-scope.ts';

/** True when the query string carries a signature. */
export const isPresigned = (query: string): boolean => query.includes('X-Amz-Algorithm=');

/** What a presigned request's query string has for its signature; the other parameters are the operation's. */
export const presignedParameters: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Content-Sha256',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
]);

/**
 * Parses the signature of a presigned request: `X-Amz-Algorithm`, `X-Amz-Credential`, `X-Amz-Signature`,
 * `X-Amz-SignedHeaders`, `X-Amz-Date`, and where sent `X-Amz-Expires` and `X-Amz-Security-Token`. Of repeated parameters
 * the first counts; all of them are part of the canonical request.
 *
 * @throws {Fault} IncompleteSignature: the sentences of all that is missing in one message, or a lifetime out of bounds
 * @see IAM: "Elements of an AWS API request signature", query parameters
 */
export const parsePresignedQuery = ({ query }: HttpRequest): RequestSignature => {
  let missing = '';
  const require = (name: string): string => {
    const value = queryParameter(query, name) ?? '';
    if (!value) missing += `AWS query-string parameters must include '${name}'. `;
    return value;
  };
  const algorithm = require('X-Amz-Algorithm');
  const credential = require('X-Amz-Credential');
  const signature = require('X-Amz-Signature');
  const signedHeaders = require('X-Amz-SignedHeaders');
  const date = require('X-Amz-Date');
  if (missing) throw fault('IncompleteSignature', `${missing}Re-examine the query-string parameters.`);
  const expires = queryParameter(query, 'X-Amz-Expires');
  return {
    algorithm,
    credential: parseCredential(credential),
    signedHeaders: parseSignedHeaders(signedHeaders),
    signature,
    date,
    sessionToken: queryParameter(query, 'X-Amz-Security-Token'),
    ...(expires !== undefined && { lifetimeSeconds: parseLifetime(expires) }),
  };
};

/** One second to one week. @see IAM: "Elements of an AWS API request signature", X-Amz-Expires */
const parseLifetime = (expires: string): number => {
  if (!/^-?\d{1,15}$/.test(expires)) throw fault('IncompleteSignature', 'X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 1) throw fault('IncompleteSignature', 'X-Amz-Expires must be non-negative');
  if (seconds > 604_800) {
    throw fault(
      'IncompleteSignature',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return seconds;
};
