import { hash } from 'node:crypto';
import { type Fault, fault } from '../kernel/fault.ts';
import type { HttpRequest } from './http-message.ts';
import { parseSignedHeaders, type RequestSignature } from './request-signature.ts';
import { parseCredential } from './signature-scope.ts';

/**
 * Parses `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, whose pieces AWS separates at
 * commas and spaces.
 *
 * @throws {Fault} IncompleteSignature: a piece without `=`, or the sentences of all that is missing in one message
 * @see IAM: "Elements of an AWS API request signature"
 */
export const parseAuthorizationHeader = (header: string, { headers }: HttpRequest): RequestSignature => {
  const date = headers['x-amz-date'] ?? headers.date ?? '';
  const sessionToken = headers['x-amz-security-token'];
  const beforeSignature = header.slice(0, -signatureLength);
  const known = remembered.get(beforeSignature);
  const last = header.slice(-signatureLength);
  if (known && date && hexadecimal.test(last)) return { ...known, signature: last, date, sessionToken };

  const { algorithm, credential, signedHeaders, signature } = split(header);
  if (!credential || !signature || !signedHeaders || !date) {
    throw incomplete({ credential, signature, signedHeaders, date }, algorithm, header);
  }
  const parsed = {
    algorithm,
    credential: parseCredential(credential),
    signedHeaders: parseSignedHeaders(signedHeaders),
  };
  const isLast = signature === last && /[ ,]Signature=$/.test(beforeSignature);
  if (isLast && beforeSignature.length <= longestRemembered) {
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(beforeSignature, parsed);
  }
  return { ...parsed, signature, date, sessionToken };
};

/** What stands before the signature, where the signature comes last: the same in every request of a client's day. */
const remembered = new Map<string, Pick<RequestSignature, 'algorithm' | 'credential' | 'signedHeaders'>>();
const mostRemembered = 1024;
const longestRemembered = 512;
const signatureLength = 64;
const hexadecimal = /^[0-9a-f]+$/;

/** Takes the header apart; what is missing is empty. */
const split = (header: string) => {
  const algorithmEnd = header.indexOf(' ');
  const algorithm = algorithmEnd === -1 ? header : header.slice(0, algorithmEnd);
  let credential = '';
  let signedHeaders = '';
  let signature = '';
  let at = algorithm.length;
  while (at < header.length) {
    let end = at;
    while (end < header.length && !isSeparator(header.charCodeAt(end))) end += 1;
    if (end > at) {
      const equals = header.indexOf('=', at);
      if (equals === -1 || equals >= end) throw notKeyValue(header.slice(at, end), algorithm, header);
      const value = header.slice(equals + 1, end);
      const key = header.slice(at, equals);
      if (key === 'Credential') credential = value;
      if (key === 'SignedHeaders') signedHeaders = value;
      if (key === 'Signature') signature = value;
    }
    at = end + 1;
  }
  return { algorithm, credential, signedHeaders, signature };
};

const isSeparator = (charCode: number): boolean => charCode === 0x2c || charCode === 0x20;

const incomplete = (
  parts: { credential: string; signature: string; signedHeaders: string; date: string },
  algorithm: string,
  header: string,
): Fault => {
  let message = '';
  if (!parts.credential) message += "Authorization header requires 'Credential' parameter. ";
  if (!parts.signature) message += "Authorization header requires 'Signature' parameter. ";
  if (!parts.signedHeaders) message += "Authorization header requires 'SignedHeaders' parameter. ";
  if (!parts.date) {
    message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  const shown = isSignature(algorithm)
    ? `Authorization=${header}`
    : `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash('sha256', header, 'base64')}`;
  return fault('IncompleteSignature', message + shown);
};

const notKeyValue = (piece: string, algorithm: string, header: string): Fault =>
  fault(
    'IncompleteSignature',
    isSignature(algorithm)
      ? `'${piece}' not a valid key=value pair (missing equal-sign) in Authorization header: '${header}'.`
      : `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash('sha256', header, 'base64')}'.`,
  );

/** Other schemes (Basic, Bearer) carry somebody's secret: it is answered as its hash, as AWS's newer front ends do. */
const isSignature = (algorithm: string): boolean => algorithm.startsWith('AWS4-');
