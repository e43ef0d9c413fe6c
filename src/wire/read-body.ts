import type { IncomingMessage } from 'node:http';
import type { Limits } from './limits.ts';

/** Memory that bodies may take while they arrive in pieces, over all connections. */
export class BodyBudget {
  #free: number;

  /** @param maxBufferedBytes see {@link Limits} */
  constructor(maxBufferedBytes: number) {
    this.#free = maxBufferedBytes;
  }

  /** @returns false, and nothing is taken, when there is not enough left */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#free += bytes;
  }
}

/** What becomes of one body; exactly one of these is called, or none when the connection ends first. */
export interface BodyReceiver {
  received(body: Buffer): void;
  /**
   * @param status 413 too large, 503 no memory for it
   * @param drained false when the client sends on and on: the connection is to be cut
   */
  refused(status: 413 | 503, drained: boolean): void;
}

/** True when the request announces a body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;

/** Body limit of a request: forms (Query protocol) may be larger. */
export const maxBodyBytesOf = ({ headers }: IncomingMessage, limits: Limits): number =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? limits.maxFormBytes : limits.maxBodyBytes;

/** Reads a whole body within limits. A body that is refused is still read to its end, up to `maxDrainBytes`, and dropped. */
export const readBody = (
  message: IncomingMessage,
  limits: Limits,
  budget: BodyBudget,
  receiver: BodyReceiver,
): void => {
  const maxBytes = maxBodyBytesOf(message, limits);
  let body: Buffer | undefined;
  let more: Buffer[] | undefined;
  let bytes = 0;
  let taken = 0;
  let refusal: 413 | 503 | undefined = Number(message.headers['content-length']) > maxBytes ? 413 : undefined;

  const release = () => {
    budget.give(taken);
    taken = 0;
  };
  const drop = (status: 413 | 503) => {
    refusal = status;
    body = undefined;
    more = undefined;
    release();
  };
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (refusal === undefined && bytes > maxBytes) drop(413);
    if (refusal !== undefined) {
      if (bytes <= maxBytes + limits.maxDrainBytes) return;
      message.removeAllListeners('data').removeAllListeners('end');
      receiver.refused(refusal, false);
    } else if (body === undefined) {
      body = chunk;
    } else {
      if (more === undefined) {
        more = [body];
        message.once('close', release);
      }
      more.push(chunk);
      if (budget.take(chunk.length)) taken += chunk.length;
      else drop(503);
    }
  });
  message.on('end', () => {
    release();
    if (refusal !== undefined) receiver.refused(refusal, true);
    else receiver.received(more ? Buffer.concat(more, bytes) : (body ?? nothing));
  });
};

const nothing = Buffer.alloc(0);
