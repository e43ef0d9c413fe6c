import type { Limits } from './limits.ts';
import { isForm } from './media-type.ts';
import type { RequestHead } from './request-head.ts';

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

/** Body limit of a request: forms (Query protocol) may be larger, and code of functions and what they are invoked with. */
export const maxBodyBytesOf = ({ path, headers }: Pick<RequestHead, 'path' | 'headers'>, limits: Limits): number => {
  if (path.startsWith(uploads)) return limits.maxUploadBytes;
  return isForm(headers) ? limits.maxFormBytes : limits.maxBodyBytes;
};

const uploads = '/2015-03-31/functions';

/** One body that arrives in pieces. Refused, it is still read to its end and dropped, so that the client gets to see the answer. */
export class IncomingBody {
  readonly #maxBytes: number;
  readonly #maxDrainBytes: number;
  readonly #budget: BodyBudget;
  #buffer: Buffer | undefined;
  #bytes = 0;
  #taken = 0;
  #refusal: 413 | 503 | undefined;

  constructor(maxBytes: number, maxDrainBytes: number, budget: BodyBudget) {
    this.#maxBytes = maxBytes;
    this.#maxDrainBytes = maxDrainBytes;
    this.#budget = budget;
  }

  /** Why it is not kept: too large, or no memory for it. */
  get refusal(): 413 | 503 | undefined {
    return this.#refusal;
  }

  /** True when the client sends on and on: the connection is to be cut. */
  get isEndless(): boolean {
    return this.#bytes > this.#maxBytes + this.#maxDrainBytes;
  }

  /** @param piece the first one is kept as it is, further ones are copied */
  add(piece: Buffer): void {
    const before = this.#bytes;
    this.#bytes += piece.length;
    if (this.#refusal !== undefined) return;
    if (this.#bytes > this.#maxBytes) this.refuse(413);
    else if (this.#buffer === undefined) this.#buffer = piece;
    else if (!this.#budget.take(piece.length)) this.refuse(503);
    else {
      this.#taken += piece.length;
      this.#buffer = roomFor(this.#buffer, before, this.#bytes);
      piece.copy(this.#buffer, before);
    }
  }

  refuse(status: 413 | 503): void {
    this.#refusal = status;
    this.release();
  }

  /** The whole body, once its end was read and it was not refused. */
  get whole(): Buffer {
    return this.#buffer?.subarray(0, this.#bytes) ?? Buffer.alloc(0);
  }

  /** Gives the memory back; to be called when the body was handed on, and when the connection ended before. */
  release(): void {
    this.#buffer = undefined;
    this.#budget.give(this.#taken);
    this.#taken = 0;
  }
}

/** A buffer of at least `bytes` that begins with the `used` bytes of another: twice as large, so that copying stays linear. */
const roomFor = (buffer: Buffer, used: number, bytes: number): Buffer => {
  if (bytes <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * used));
  buffer.copy(larger, 0, 0, used);
  return larger;
};
