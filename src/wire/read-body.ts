import type { Client } from './clients.ts';
import type { Limits } from './limits.ts';
import { isForm } from './media-type.ts';
import type { RequestHead } from './request-head.ts';

/**
 * Memory for requests, over all connections: of those that arrive, and of the bodies that are worked on. Those that arrive
 * leave something to the others, and no client takes all of it, so that nobody is kept from being served by sending slowly.
 */
export class BodyBudget {
  readonly #limits: BudgetLimits;
  #free: number;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
    this.#free = limits.maxBufferedBytes;
  }

  /** For a request that has arrived. @returns false, and nothing is taken, when there is not enough left */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#free += bytes;
  }

  /** As {@link take}, for a client's request that has not arrived whole. */
  takeArriving(client: Client, bytes: number): boolean {
    const { reservedBytes, maxArrivingBytesPerClient } = this.#limits;
    if (bytes > this.#free - reservedBytes || client.arrivingBytes + bytes > maxArrivingBytesPerClient) return false;
    client.arrivingBytes += bytes;
    this.#free -= bytes;
    return true;
  }

  /** Gives back what {@link takeArriving} took. */
  giveArriving(client: Client, bytes: number): void {
    client.arrivingBytes -= bytes;
    this.#free += bytes;
  }
}

/** What one thing that arrives has of a budget. INVARIANT: it gives back exactly what it took. */
export class ArrivingMemory {
  readonly #budget: BodyBudget;
  readonly #client: Client;
  #bytes = 0;

  constructor(budget: BodyBudget, client: Client) {
    this.#budget = budget;
    this.#client = client;
  }

  /** How much it has. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Has so much from now on. @returns false, and it has what it had, when there is not enough left */
  hold(bytes: number): boolean {
    const more = bytes - this.#bytes;
    if (more > 0 && !this.#budget.takeArriving(this.#client, more)) return false;
    if (more < 0) this.#budget.giveArriving(this.#client, -more);
    this.#bytes = bytes;
    return true;
  }
}

type BudgetLimits = Pick<Limits, 'maxBufferedBytes' | 'maxArrivingBytesPerClient' | 'reservedBytes'>;

/** Body limit of a request: forms (Query protocol) may be larger, and code of functions and what they are invoked with. */
export const maxBodyBytesOf = ({ path, headers }: Pick<RequestHead, 'path' | 'headers'>, limits: Limits): number => {
  if (path.startsWith(uploads)) return limits.maxUploadBytes;
  return isForm(headers) ? limits.maxFormBytes : limits.maxBodyBytes;
};

const uploads = '/2015-03-31/functions';

/** One body that arrives in pieces. Refused, it is still read to its end and dropped, so that the client gets to see the answer. */
export class IncomingBody {
  readonly #mostBytes: number;
  readonly #maxDrainBytes: number;
  /** INVARIANT: as much as the buffer is long. */
  readonly #memory: ArrivingMemory;
  #buffer: Buffer | undefined;
  #bytes = 0;
  #refusal: 413 | 503 | undefined;

  /** @param mostBytes its length, where the request tells; else the most that it may have */
  constructor(mostBytes: number, maxDrainBytes: number, memory: ArrivingMemory) {
    this.#mostBytes = mostBytes;
    this.#maxDrainBytes = maxDrainBytes;
    this.#memory = memory;
  }

  /** Why it is not kept: too large, or no memory for it. */
  get refusal(): 413 | 503 | undefined {
    return this.#refusal;
  }

  /** True when the client sends on and on: the connection is to be cut. */
  get isEndless(): boolean {
    return this.#bytes > this.#mostBytes + this.#maxDrainBytes;
  }

  /** @param piece the first one is kept as it is, further ones are copied */
  add(piece: Buffer): void {
    const before = this.#bytes;
    this.#bytes += piece.length;
    if (this.#refusal !== undefined) return;
    if (this.#bytes > this.#mostBytes) this.refuse(413);
    else if (!this.#makeRoom(before)) this.refuse(503);
    else if (this.#buffer === undefined) this.#buffer = piece;
    else {
      if (this.#buffer.length < this.#memory.bytes) this.#buffer = moved(this.#buffer, before, this.#memory.bytes);
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
    this.#memory.hold(0);
  }

  /** Twice what there was, so that copying stays linear, but no more than can come. @returns false: there is no memory */
  #makeRoom(before: number): boolean {
    if (this.#bytes <= this.#memory.bytes) return true;
    return this.#memory.hold(Math.max(this.#bytes, Math.min(2 * before, this.#mostBytes)));
  }
}

/** A buffer of so many bytes that begins with the `used` bytes of another. */
const moved = (buffer: Buffer, used: number, bytes: number): Buffer => {
  const larger = Buffer.allocUnsafe(bytes);
  buffer.copy(larger, 0, 0, used);
  return larger;
};
