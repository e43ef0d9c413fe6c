import type { Socket } from 'node:net';
import { randomUuid } from '../crypto/random.ts';
import type { Origin } from '../kernel/call.ts';
import type { Admission } from './admission.ts';
import { ChunkedBody } from './chunked-body.ts';
import type { Client } from './clients.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import type { Handler } from './http-server.ts';
import type { Limits } from './limits.ts';
import { ArrivingMemory, type BodyBudget, IncomingBody, maxBodyBytesOf } from './read-body.ts';
import { readTogether } from './read-socket.ts';
import { HeadParser, isNoHead, type RequestHead } from './request-head.ts';
import { formatHead } from './response-head.ts';
import type { Member, Rounds } from './rounds.ts';
import type { Unread, UnreadAnswer } from './unread-body.ts';

/** What all connections of a listener share. */
export interface Listener {
  readonly handler: Handler;
  readonly unread: UnreadAnswer | undefined;
  readonly limits: Limits;
  readonly secure: boolean;
  readonly budget: BodyBudget;
  readonly admission: Admission;
  readonly rounds: Rounds;
  /** How many requests were refused below the protocols. */
  malformed: number;
  readonly report: (error: unknown, requestId: string) => void;
  /** True once the listener shuts down: every answer is the last of its connection. */
  readonly closing: boolean;
}

/**
 * - `head`: between requests, or in the head of one
 * - `body`: the head is read
 * - `answering`: the handler has it
 * - `ended`: the last answer was sent; what still comes is dropped
 */
type State = 'head' | 'body' | 'answering' | 'ended';

/**
 * One HTTP/1.1 connection, one request at a time: reads it whole, hands it on, writes the whole answer, reads the next.
 * Pipelined requests wait in the socket, so answers leave in the order of their requests and a client that does not read
 * is not served further.
 */
export class Connection implements Member {
  readonly #socket: Socket;
  readonly #listener: Listener;
  readonly #client: Client;
  readonly #remoteAddress: string;
  #state: State = 'head';
  /** What was received and not parsed yet. */
  #unread: Buffer = nothing;
  /** What was received since, where there was some: put behind it all at once, since every joining copies what was there. */
  #arrived: Buffer[] = [];
  /** What the budget gave for that. */
  readonly #unreadMemory: ArrivingMemory;
  /** When the connection began to wait for what it waits for, by `performance.now()`. */
  #since = performance.now();
  /** True from the first byte of a request to its answer. */
  #begun = false;
  /** True where the next request was sent before the last one was answered. */
  #pipelined = false;
  readonly #parser: HeadParser;
  #head: RequestHead | undefined;
  #body: IncomingBody | undefined;
  #chunks: ChunkedBody | undefined;
  /** Bytes of the body that were not received yet. */
  #missingBytes = 0;
  /** Length of the body that is worked on, as the admission counted it; undefined: it counted none. */
  #heldBytes: number | undefined;
  /** The client will send no more. */
  #clientEnded = false;

  constructor(socket: Socket, listener: Listener, client: Client) {
    this.#socket = socket;
    this.#listener = listener;
    this.#client = client;
    this.#unreadMemory = new ArrivingMemory(listener.budget, client);
    this.#parser = new HeadParser(listener.limits.maxHeaderCount);
    this.#remoteAddress = addressOf(socket);
    const received = (chunk: Buffer): void => this.#received(chunk);
    if (listener.secure || !readTogether(socket, received)) socket.on('data', received);
    socket.on('drain', () => this.advance());
    socket.on('end', () => this.#receivedEnd());
    // Whatever broke the connection is followed by `close`.
    socket.on('error', () => {});
    socket.on('close', () => this.#released());
  }

  /** Ends the connection where a limit of time has passed. @param now of `performance.now()` */
  expire(now: number): void {
    const { limits } = this.#listener;
    const waited = now - this.#since;
    if (this.#state === 'ended') {
      if (waited > lingerMs) this.#socket.destroy();
    } else if (this.#state === 'body') {
      if (waited > limits.requestTimeoutMs) this.#refuse(408);
    } else if (this.#state === 'head') {
      if (this.#begun && waited > limits.headersTimeoutMs) this.#refuse(408);
      if (!this.#begun && waited > this.#idleLimitMs()) this.#socket.destroy();
      if (!this.#begun && waited > restsAfterMs) this.#parser.forget();
    }
  }

  /** Ends the connection if it is between two requests. */
  endIfIdle(): void {
    this.#gather();
    if (this.#state === 'head' && !this.#begun && this.#unread.length === 0) this.#socket.destroy();
  }

  /** A client that connects and says nothing is worth less patience than one that was served, and hardly any at the end. */
  #idleLimitMs(): number {
    if (this.#listener.closing) return lingerMs;
    const { keepAliveTimeoutMs, headersTimeoutMs } = this.#listener.limits;
    return this.#socket.bytesWritten === 0 ? headersTimeoutMs : keepAliveTimeoutMs;
  }

  #received(chunk: Buffer): void {
    if (this.#state === 'ended') return;
    if (this.#unread.length === 0) this.#unread = chunk;
    else this.#arrived.push(chunk);
    if (this.#state === 'answering' || this.#socket.writableNeedDrain) {
      this.#pipelined = true;
      this.#socket.pause();
      this.#gather();
      this.#countUnread();
    } else this.#listener.rounds.join(this);
  }

  #gather(): void {
    if (this.#arrived.length === 0) return;
    this.#unread = Buffer.concat([this.#unread, ...this.#arrived]);
    this.#arrived = [];
  }

  /** A half-closed connection is still answered. */
  #receivedEnd(): void {
    this.#clientEnded = true;
    this.#listener.rounds.join(this);
  }

  /** Reads as far as it can without waiting. */
  advance(): void {
    this.#unreadMemory.hold(0);
    this.#gather();
    while (this.#unread.length > 0 && !this.#socket.writableNeedDrain) {
      if (this.#state !== 'head' && this.#state !== 'body') return;
      if (!(this.#state === 'head' ? this.#readHead() : this.#readBody())) break;
    }
    if (!this.#countUnread()) return;
    if (this.#state === 'answering' || this.#state === 'ended') return;
    if (this.#clientEnded) this.#socket.end();
    else if (this.#socket.isPaused() && !this.#socket.writableNeedDrain) this.#socket.resume();
  }

  /** Has the budget pay for what waits to be parsed: the start of a head, or of what follows a request. @returns false: it cannot, and the connection is cut */
  #countUnread(): boolean {
    if (this.#unreadMemory.hold(this.#unread.length)) return true;
    this.#listener.admission.shed++;
    this.#socket.destroy();
    this.#released();
    return false;
  }

  /** The connection is gone, and what it held with it: a round that it is still in finds nothing to do. */
  #released(): void {
    this.#state = 'ended';
    this.#unread = nothing;
    this.#arrived = [];
    this.#unreadMemory.hold(0);
    this.#body?.release();
  }

  /** @returns false when more has to come first */
  #readHead(): boolean {
    this.#passEmptyLines();
    const bytes = this.#unread;
    if (bytes.length === 0) return false;
    const { limits } = this.#listener;
    if (!this.#begun) {
      this.#begun = true;
      this.#since = performance.now();
    }
    const end = bytes.indexOf(headEnd);
    if (end > limits.maxHeaderBytes || (end === -1 && bytes.length > limits.maxHeaderBytes)) return this.#refuse(431);
    if (end === -1) return isNoHead(bytes.toString('latin1')) && this.#refuse(400);
    const head = this.#parser.parse(bytes.toString('latin1', 0, end + lineEndBytes));
    if (typeof head === 'number') return this.#refuse(head);
    if (head.query.length > limits.maxQueryBytes) return this.#refuse(400);
    this.#unread = after(bytes, end + headEnd.length);
    this.#head = head;
    return this.#beginBody(head);
  }

  /** RFC 9112 §2.2: empty lines before a request are passed over. */
  #passEmptyLines(): void {
    const bytes = this.#unread;
    let start = 0;
    while (bytes[start] === 0x0d && bytes[start + 1] === 0x0a) start += 2;
    if (start > 0) this.#unread = bytes.subarray(start);
  }

  #beginBody(head: RequestHead): boolean {
    const { bodyBytes, headers, minor } = head;
    const { limits, budget } = this.#listener;
    const maxBytes = maxBodyBytesOf(head, limits);
    const tooLarge = bodyBytes !== 'chunked' && bodyBytes > maxBytes;
    // RFC 9110 §10.1.1: from HTTP/1.0, it means nothing.
    if (headers.expect !== undefined && minor === 1) {
      if (headers.expect.toLowerCase() !== '100-continue') return this.#refuse(417);
      // RFC 9110 §10.1.1: a client that asks before it sends the body is told at once when it would be too large.
      if (tooLarge) return this.#refuse(413, this.#unreadAnswer(head, 413));
      if (this.#unread.length === 0) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
    }
    if (bodyBytes === 0) return this.#handle(head, nothing);
    if (bodyBytes !== 'chunked' && !tooLarge && this.#unread.length >= bodyBytes) {
      const bytes = this.#unread;
      this.#unread = after(bytes, bodyBytes);
      return this.#handle(head, bytes.length === bodyBytes ? bytes : bytes.subarray(0, bodyBytes));
    }
    const mostBytes = bodyBytes === 'chunked' || tooLarge ? maxBytes : bodyBytes;
    this.#body = new IncomingBody(mostBytes, limits.maxDrainBytes, new ArrivingMemory(budget, this.#client));
    if (tooLarge) this.#body.refuse(413);
    if (bodyBytes === 'chunked') this.#chunks = new ChunkedBody(this.#body);
    else this.#missingBytes = bodyBytes;
    this.#state = 'body';
    return true;
  }

  /** @returns false when more has to come first */
  #readBody(): boolean {
    const body = this.#body!;
    const used = this.#chunks ? this.#chunks.read(this.#unread) : this.#readCounted(body);
    if (used === undefined) return this.#refuse(400);
    this.#unread = after(this.#unread, used);
    if (body.isEndless) return this.#refuse(body.refusal!, this.#unreadAnswer(this.#head!, body.refusal!));
    if (this.#chunks ? !this.#chunks.ended : this.#missingBytes > 0) return false;
    const { refusal } = body;
    const whole = refusal === undefined ? body.whole : nothing;
    this.#forgetBody();
    if (refusal === undefined) return this.#handle(this.#head!, whole);
    this.#countRefusal(refusal);
    this.#state = 'answering';
    return this.#send(this.#unreadAnswer(this.#head!, refusal));
  }

  #unreadAnswer(head: RequestHead, status: 413 | 503): HttpResponse {
    const { unread, limits, report } = this.#listener;
    if (!unread) return emptyAnswer(status);
    const why: Unread =
      status === 413 ? { reason: 'too large', maxBytes: maxBodyBytesOf(head, limits) } : { reason: 'no memory' };
    try {
      return unread(this.#requestOf(head, nothing), why);
    } catch (error) {
      report(error, '');
      return emptyAnswer(status);
    }
  }

  #readCounted(body: IncomingBody): number {
    const piece =
      this.#unread.length > this.#missingBytes ? this.#unread.subarray(0, this.#missingBytes) : this.#unread;
    body.add(piece);
    this.#missingBytes -= piece.length;
    return piece.length;
  }

  #forgetBody(): void {
    this.#body?.release();
    this.#body = undefined;
    this.#chunks = undefined;
  }

  #handle(head: RequestHead, body: Buffer): true {
    const { headers } = head;
    const { handler, secure } = this.#listener;
    const remoteAddress = this.#remoteAddress;
    this.#state = 'answering';
    this.#pipelined = this.#unread.length > 0;
    const userAgent = headers['user-agent'] ?? '';
    const { referer } = headers;
    const origin: Origin =
      referer === undefined
        ? { sourceIp: remoteAddress, userAgent, secure }
        : { sourceIp: remoteAddress, userAgent, secure, referer };
    const request = this.#requestOf(head, body);
    try {
      const overloaded = !this.#listener.admission.begin(body.length);
      this.#heldBytes = overloaded ? undefined : body.length;
      const answer = handler(request, origin, overloaded);
      if (answer instanceof Promise) answer.then(this.#answered, this.#failed);
      else this.#send(answer);
    } catch (error) {
      this.#send(this.#answerToBug(error));
    }
    return true;
  }

  #requestOf({ method, path, query, headers }: RequestHead, body: Buffer): HttpRequest {
    return { method, path, query, headers, body, remoteAddress: this.#remoteAddress, secure: this.#listener.secure };
  }

  readonly #answered = (answer: HttpResponse): void => {
    this.#send(answer);
    if (this.#unread.length > 0 || this.#clientEnded || this.#socket.isPaused()) this.advance();
  };

  readonly #failed = (error: unknown): void => this.#answered(this.#answerToBug(error));

  #answerToBug(error: unknown): HttpResponse {
    const answer = emptyAnswer(500);
    this.#listener.report(error, answer.headers['x-amzn-RequestId']!);
    return answer;
  }

  /** Writes the answer to the request that was handled; the connection goes on, or ends. */
  #send(answer: HttpResponse): true {
    const { limits, closing, admission } = this.#listener;
    if (this.#heldBytes !== undefined) admission.end(this.#heldBytes);
    this.#heldBytes = undefined;
    if (this.#socket.destroyed) return true;
    const { method, keepAlive } = this.#head!;
    this.#gather();
    const isLast = !keepAlive || (closing && this.#unread.length === 0);
    const { body } = answer;
    const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    try {
      const head = formatHead(answer, bodyBytes, isLast ? undefined : Math.floor(limits.keepAliveTimeoutMs / 1000));
      if (method === 'HEAD' || bodyBytes === 0) this.#socket.write(head, 'latin1');
      // One string costs one system call and no buffer; it is ASCII where its UTF-8 is as long.
      else if (typeof body === 'string' && bodyBytes === body.length) this.#socket.write(head + body, 'latin1');
      else this.#socket.write(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string)]));
    } catch (error) {
      this.#listener.report(error, answer.headers['x-amzn-RequestId'] ?? '');
      this.#socket.destroy();
      return true;
    }
    if (isLast) return this.#end();
    this.#state = 'head';
    this.#head = undefined;
    this.#since = performance.now();
    this.#begun = false;
    return true;
  }

  /**
   * Says below the protocols, as AWS's front ends do, that a request is refused, and ends the connection: whatever
   * follows could be part of anything.
   *
   * @returns false: nothing more is to be read
   */
  #refuse(status: number, answer = emptyAnswer(status)): false {
    this.#countRefusal(status);
    this.#forgetBody();
    // Nobody waits for an answer to what was sent behind a request.
    if (!this.#pipelined) this.#socket.write(wholeAnswer(answer));
    this.#end();
    return false;
  }

  /** 503: there was no memory for it. */
  #countRefusal(status: number): void {
    if (status === 503) this.#listener.admission.shed++;
    else this.#listener.malformed++;
  }

  /** Ends our side; the client gets a moment to read the last answer, for a reset would take it away. */
  #end(): true {
    this.#state = 'ended';
    this.#since = performance.now();
    this.#unread = nothing;
    this.#arrived = [];
    this.#socket.end();
    this.#socket.resume();
    return true;
  }
}

/** The address of the other end; IPv4 without the IPv6 mapping prefix. */
export const addressOf = ({ remoteAddress = '' }: Socket): string =>
  remoteAddress.startsWith('::ffff:') ? remoteAddress.slice('::ffff:'.length) : remoteAddress;

/** The other end of a connection, which no other connection has at the same time. */
export const endpointOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** How long a client may take to read a last answer before its connection is cut. */
const lingerMs = 1000;

/** A client that asks this seldom is not worth the memory that makes its next request cheaper. */
const restsAfterMs = 5000;

const nothing = Buffer.alloc(0);
const lineEndBytes = 2;
const headEnd = Buffer.from('\r\n\r\n');

/** What follows in a chunk. Where nothing does, nothing is held on to: an empty view would keep the whole chunk alive. */
const after = (bytes: Buffer, used: number): Buffer => (used === bytes.length ? nothing : bytes.subarray(used));

const wholeAnswer = (answer: HttpResponse): Buffer => {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  return Buffer.concat([Buffer.from(formatHead(answer, body.length, undefined), 'latin1'), body]);
};

const emptyAnswer = (status: number): HttpResponse => ({
  status,
  headers: { 'x-amzn-RequestId': randomUuid() },
  body: '',
});
