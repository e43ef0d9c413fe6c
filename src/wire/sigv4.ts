import { createHmac, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Caller, Credential } from '../kernel/caller.ts';
import { type Fault, fault } from '../kernel/fault.ts';
import { parseAuthorizationHeader } from './authorization-header.ts';
import { canonicalRequest } from './canonical-request.ts';
import { chunkSignatures } from './chunk-signatures.ts';
import { dechunk, hasSignedChunks } from './content/aws-chunked.ts';
import type { HttpRequest } from './http-message.ts';
import { isPresigned, parsePresignedQuery } from './presigned-query.ts';
import { queryParameter } from './query-string.ts';
import { findPresentedCredential, type RequestSignature, type SignedHeaders } from './request-signature.ts';
import { dateFormatFault, findSigningTime, type SigningTime, skewFault } from './signature-date.ts';
import { type ScopeRules, scopeFault } from './signature-scope.ts';

/** What a signature is held to, and who knows the keys. */
export interface SignatureRules extends ScopeRules {
  /** Milliseconds since the epoch of the real clock: the test clock moves sessions, never signatures. */
  readonly now: number;
  /**
   * @returns undefined for an unknown key or a session token that does not belong to it
   * @throws {Fault} ExpiredToken
   */
  findCredential(accessKeyId: string, sessionToken: string | undefined): Credential | undefined;
  /** Open mode: who an access key that `findCredential` does not know acts as; undefined refuses it. */
  trustUnknown?(accessKeyId: string, sessionToken: string | undefined): Caller | undefined;
}

/**
 * Verifies the SigV4 signature of a request, by header or presigned query, over everything that was sent.
 *
 * Checks in AWS's order: present, complete, algorithm, Host signed, scope, date, key and token, signature, lifetime.
 *
 * @throws {Fault} MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, ExpiredToken or
 * SignatureDoesNotMatch, with AWS's sentence where it depends on the request; the others are the protocols' to say. For a
 * body in signed chunks also what {@link dechunk} throws
 * @see IAM: "AWS Signature Version 4 for API requests"
 */
export const verifySignature = (request: HttpRequest, rules: SignatureRules): Caller => {
  const trusted = rules.trustUnknown && findTrusted(request, rules);
  if (trusted) return trusted;
  const presented = parseSignature(request);
  const signed = requireScope(request, presented, rules);
  const { accessKeyId, date, region, service } = presented.credential;
  const credential = rules.findCredential(accessKeyId, presented.sessionToken);
  if (!credential?.active) throw fault('InvalidClientTokenId');
  const key = credential.signingKey(date, region, service);
  if (!matches(request, presented, signed, key)) throw fault('SignatureDoesNotMatch');
  if (service === 's3' && hasSignedChunks(request)) {
    const { credential: scope, signature: seed } = presented;
    dechunk(request, chunkSignatures({ key, timestamp: signed.timestamp, scope: scope.text, seed }));
  }
  if (presented.lifetimeSeconds !== undefined) refuse(skewFault(signed, rules.now, presented.lifetimeSeconds));
  return credential.caller;
};

const parseSignature = (request: HttpRequest): RequestSignature => {
  const { authorization } = request.headers;
  const presigned = request.query !== '' && isPresigned(request.query);
  if (presigned && authorization) {
    throw fault(
      'SignatureDoesNotMatch',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  }
  if (presigned) return parsePresignedQuery(request);
  if (!authorization) throw fault('MissingAuthenticationToken');
  return parseAuthorizationHeader(authorization, request);
};

/** Everything that can be refused before a key is looked up. */
const requireScope = (request: HttpRequest, presented: RequestSignature, rules: SignatureRules): SigningTime => {
  const { algorithm, credential, signedHeaders } = presented;
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    throw fault('IncompleteSignature', `Unsupported AWS 'algorithm': '${algorithm}'`);
  }
  requireSigned(request, signedHeaders);
  const signed = findSigningTime(presented.date);
  refuse(scopeFault(credential, rules, signed?.timestamp));
  if (!signed) throw dateFormatFault(presented.date);
  refuse(skewFault(signed, rules.now, presented.lifetimeSeconds === undefined ? undefined : longestLifetimeSeconds));
  return signed;
};

/** Presigned requests are held to their own lifetime once the signature proved it. */
const longestLifetimeSeconds = 604_800;

/** Host and every `x-amz-` header that was sent must be under the signature: they decide what the request does. */
const requireSigned = ({ headers }: HttpRequest, { names }: SignedHeaders): void => {
  if (!names.includes('host')) throw notSigned("'Host' or ':authority'");
  for (const name in headers) {
    if (name.startsWith('x-amz-') && !names.includes(name)) throw notSigned(`'${name}'`);
  }
};

const matches = (
  request: HttpRequest,
  { credential, signedHeaders, signature }: RequestSignature,
  { timestamp }: SigningTime,
  key: KeyObject,
): boolean => {
  const payloadHash = findPayloadHash(request, credential.service);
  if (payloadHash === undefined) return false;
  const isSignatureOf = (canonical: string): boolean => {
    const digest = hash('sha256', Buffer.from(canonical, 'latin1'));
    const stringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${credential.text}\n${digest}`;
    return isSameHex(createHmac('sha256', key).update(stringToSign).digest('hex'), signature);
  };
  if (isSignatureOf(canonicalRequest(request, signedHeaders, payloadHash))) return true;
  // Some clients append the session token of a presigned request after signing it.
  if (!request.query.includes('X-Amz-Security-Token=')) return false;
  const leftOut = ['X-Amz-Signature', 'X-Amz-Security-Token'];
  return isSignatureOf(canonicalRequest(request, signedHeaders, payloadHash, leftOut));
};

/**
 * Compares hexadecimal digits in constant time; in buffers that are there already, for every request does it.
 *
 * @param computed 64 digits
 * @param sent anything; as UTF-8, of which only ASCII can be the same bytes
 */
const isSameHex = (computed: string, sent: string): boolean => {
  if (sent.length !== computed.length) return false;
  computedHex.write(computed);
  return sentHex.write(sent) === sentHex.length && timingSafeEqual(computedHex, sentHex);
};

const computedHex = Buffer.alloc(64);
const sentHex = Buffer.alloc(64);

/**
 * What a signature covers of the body: its hash, or for S3 the words that stand for it.
 *
 * @returns undefined where another hash was sent
 */
const findPayloadHash = (request: HttpRequest, service: string): string | undefined => {
  const sent = request.headers['x-amz-content-sha256'];
  if (service === 's3' && sent !== undefined && unhashedPayloads.has(sent)) return sent;
  const computed = hash('sha256', request.body);
  return sent === undefined || sent === computed ? computed : undefined;
};

/** @see S3 API Reference: "Authenticating requests", x-amz-content-sha256 */
const unhashedPayloads = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
]);

/** Open mode: keys that this server issued are never trusted here, they are verified as everywhere. */
const findTrusted = (request: HttpRequest, rules: SignatureRules): Caller | undefined => {
  const accessKeyId = findPresentedCredential(request)?.split('/', 1)[0];
  if (!accessKeyId) return undefined;
  const sessionToken = request.headers['x-amz-security-token'] ?? queryParameter(request.query, 'X-Amz-Security-Token');
  if (rules.findCredential(accessKeyId, sessionToken)) return undefined;
  return rules.trustUnknown?.(accessKeyId, sessionToken);
};

const refuse = (refusal: Fault | undefined): void => {
  if (refusal) throw refusal;
};

const notSigned = (header: string): Fault =>
  fault('SignatureDoesNotMatch', `${header} must be a 'SignedHeader' in the AWS Authorization.`);
