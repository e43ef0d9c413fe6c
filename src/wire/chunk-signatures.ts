import { createHmac, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { ChunkSignatures } from './content/aws-chunked.ts';

/** Where a chain of chunk signatures hangs. */
export interface ChainAnchor {
  readonly key: KeyObject;
  /** `YYYYMMDDTHHMMSSZ` of the request. */
  readonly timestamp: string;
  /** `date/region/service/aws4_request` */
  readonly scope: string;
  /** The request's own signature, verified: 64 lower-case hexadecimal digits. */
  readonly seed: string;
}

/**
 * The chain of signatures over the chunks of a body: each covers the one before it, so that no chunk can be changed, moved,
 * left out or put in.
 *
 * @see S3 API Reference: "Signature calculations: transferring payload in multiple chunks", with trailers too
 */
export const chunkSignatures = ({ key, timestamp, scope, seed }: ChainAnchor): ChunkSignatures => {
  let previous = seed;
  const isNext = (signature: string, kind: string, content: string): boolean => {
    const stringToSign = `AWS4-HMAC-SHA256-${kind}\n${timestamp}\n${scope}\n${previous}\n${content}`;
    const expected = createHmac('sha256', key).update(stringToSign).digest();
    const sent = Buffer.from(signature, 'hex');
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) return false;
    previous = signature;
    return true;
  };
  return {
    isOfChunk: (signature, chunk) => isNext(signature, 'PAYLOAD', `${EMPTY_HASH}\n${hash('sha256', chunk)}`),
    isOfTrailers: (signature, trailers) => isNext(signature, 'TRAILER', hash('sha256', trailers)),
  };
};

const EMPTY_HASH = hash('sha256', '');
