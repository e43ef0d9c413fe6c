import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Origin } from '../kernel/call.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import type { Limits } from './limits.ts';
import { BodyBudget, hasBody, maxBodyBytesOf, readBody } from './read-body.ts';
import { readHeaders, splitTarget } from './request-head.ts';

/**
 * Answers one request; a rejection is a bug and becomes a 500 without a message.
 *
 * @param overloaded true: more are in flight than the limits allow; to be refused at once, in the words of its protocol
 */
export type Handler = (
  request: HttpRequest,
  origin: Origin,
  overloaded?: boolean,
) => HttpResponse | Promise<HttpResponse>;

/** What a listener is made of. */
export interface HttpServerOptions {
  readonly handler: Handler;
  readonly limits: Limits;
  /** PEM certificate chain and private key; absent: cleartext. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Receives what the handler should not have thrown. */
  readonly report: (error: unknown, requestId: string) => void;
}

/** One connection, from accept to close. */
interface Connection {
  readonly remoteAddress: string;
  /** Whole requests that are not answered yet; more than one when the client pipelines. */
  pending: number;
  /** The answer to the newest of them, last to leave: the one that may say `Connection: close`. */
  newest: ServerResponse | undefined;
  /** True once bytes came that are no HTTP: answer what is pending, then close. */
  broken: boolean;
  /** True once an answer said `Connection: close`; whatever was sent after its request is ignored. */
  closed: boolean;
}

/** HTTP/1.1 on node:http or node:https: reads whole requests within limits, writes whole answers, shuts down without losing any. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #connections = new Map<Socket, Connection>();
  readonly #budget: BodyBudget;
  #closing = false;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    const { limits, tls } = options;
    this.#budget = new BodyBudget(limits.maxBufferedBytes);
    const parsing = {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs, 5000),
      insecureHTTPParser: false,
      // Refused by us, so that this answer too has a request id.
      requireHostHeader: false,
      noDelay: true,
    };
    const secure = { ...parsing, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersTimeoutMs } as const;
    this.#server = tls ? createSecureServer(secure) : createServer(parsing);
    this.#server.maxConnections = limits.maxConnections;
    // Our own count refuses what node:http would silently leave out.
    this.#server.maxHeadersCount = 0;
    this.#server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#connected(socket));
    this.#server.on('request', (message, response) => this.#requested(message, response));
    this.#server.on('checkContinue', (message, response) => this.#continued(message, response));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#malformed(error, socket as Socket));
  }

  /**
   * Starts to accept connections.
   *
   * @param port 0 picks a free one
   * @throws {Error} the address is in use or not ours
   */
  listen(port: number, host: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#options.report(error, ''));
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /**
   * Stops accepting, answers what is in flight with `Connection: close`, closes idle connections at once and all others
   * after `closeGraceMs`.
   */
  close(): Promise<void> {
    this.#closing = true;
    const cut = setTimeout(() => this.#server.closeAllConnections(), this.#options.limits.closeGraceMs);
    return new Promise((resolve) => {
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      // node:http takes a connection that never sent anything for one that is about to.
      for (const socket of this.#connections.keys()) if (socket.bytesRead === 0) socket.destroy();
    });
  }

  #connected(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const remoteAddress = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
    this.#connections.set(socket, { remoteAddress, pending: 0, newest: undefined, broken: false, closed: false });
    socket.once('close', () => this.#connections.delete(socket));
  }

  /** A client that asks before it sends the body (RFC 9110 §10.1.1) is told at once when it would be too large. */
  #continued(message: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(message.socket);
    if (!connection || !(Number(message.headers['content-length']) > maxBodyBytesOf(message, this.#options.limits))) {
      response.writeContinue();
      this.#requested(message, response);
      return;
    }
    this.#received(connection, response);
    connection.broken = true;
    this.#send(response, connection, emptyAnswer(413));
  }

  #requested(message: IncomingMessage, response: ServerResponse): void {
    const { limits } = this.#options;
    const connection = this.#connections.get(message.socket);
    if (!connection || connection.closed) return;
    const target = splitTarget(message.url ?? '');
    const headers = readHeaders(message);
    let refusal = 0;
    if (!target || !headers || target.query.length > limits.maxQueryBytes) refusal = 400;
    if (headers?.host === undefined && message.httpVersion === '1.1') refusal = 400;
    if (message.rawHeaders.length > limits.maxHeaderCount * 2) refusal = 431;
    const receiver = {
      received: (body: Buffer) => {
        this.#received(connection, response);
        if (refusal !== 0) return this.#send(response, connection, emptyAnswer(refusal));
        this.#handle(
          {
            method: message.method!,
            ...target!,
            headers: headers!,
            body,
            remoteAddress: connection.remoteAddress,
            secure: this.#options.tls !== undefined,
          },
          response,
          connection,
        );
      },
      refused: (status: number, drained: boolean) => {
        this.#received(connection, response);
        connection.broken ||= !drained;
        this.#send(response, connection, emptyAnswer(refusal || status));
      },
    };
    if (hasBody(message)) readBody(message, limits, this.#budget, receiver);
    else receiver.received(nothing);
  }

  #handle(request: HttpRequest, response: ServerResponse, connection: Connection): void {
    const { headers, remoteAddress, secure } = request;
    const userAgent = headers['user-agent'] ?? '';
    const origin: Origin = {
      sourceIp: remoteAddress,
      userAgent,
      secure,
      ...(headers.referer !== undefined && { referer: headers.referer }),
    };
    const fail = (error: unknown) => {
      const answer = emptyAnswer(500);
      this.#options.report(error, answer.headers['x-amzn-RequestId']!);
      this.#send(response, connection, answer);
    };
    try {
      const answer = this.#options.handler(request, origin, false);
      if (answer instanceof Promise) answer.then((settled) => this.#send(response, connection, settled), fail);
      else this.#send(response, connection, answer);
    } catch (error) {
      fail(error);
    }
  }

  #received(connection: Connection, response: ServerResponse): void {
    connection.pending += 1;
    connection.newest = response;
  }

  #send(response: ServerResponse, connection: Connection, { status, headers, body }: HttpResponse): void {
    connection.pending -= 1;
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    if (this.#closing || connection.broken) this.#closeAfter(response, connection);
    const isLast = connection.closed && response === connection.newest;
    try {
      response.writeHead(
        status,
        isLast
          ? { ...headers, 'Content-Length': length, Connection: 'close' }
          : { ...headers, 'Content-Length': length },
      );
      response.end(body);
    } catch (error) {
      this.#options.report(error, headers['x-amzn-RequestId'] ?? '');
      response.destroy();
    }
  }

  /** Lets a connection end with the newest answer, and no answer before it be lost. */
  #closeAfter(response: ServerResponse, connection: Connection): void {
    if (response === connection.newest) connection.closed = true;
    else if (connection.pending === 0 && !connection.closed) {
      const { socket } = response;
      response.once('close', () => socket?.end());
    }
  }

  /** Bytes that are no HTTP, a request that does not arrive in time, a failed TLS handshake. */
  #malformed(error: NodeJS.ErrnoException, socket: Socket): void {
    const connection = this.#connections.get(socket);
    const status = statusOf(error.code ?? '');
    if (!connection || status === undefined || !socket.writable) {
      socket.destroy();
      return;
    }
    // INVARIANT: answers leave in the order of their requests; a 400 must not take the place of one that is pending.
    const answered = connection.broken;
    connection.broken = true;
    if (connection.pending > 0 || answered) return;
    socket.end(
      `HTTP/1.1 ${status}\r\nx-amzn-RequestId: ${randomUUID()}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    socket.setTimeout(lingerMs, () => socket.destroy());
  }
}

/** How long a client may take to read a last answer before its connection is cut. */
const lingerMs = 1000;

const nothing = Buffer.alloc(0);

/** What AWS's front ends say below the protocols: a status and no body. */
const emptyAnswer = (status: number): HttpResponse => ({
  status,
  headers: { 'x-amzn-RequestId': randomUUID() },
  body: '',
});

const statusOf = (code: string): string | undefined => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  return code.startsWith('HPE_') ? '400 Bad Request' : undefined;
};
