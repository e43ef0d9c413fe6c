import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Origin } from '../kernel/call.ts';
import { Admission } from './admission.ts';
import { type Client, Clients } from './clients.ts';
import { addressOf, Connection, endpointOf, type Listener } from './connection.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import type { Limits } from './limits.ts';
import { BodyBudget } from './read-body.ts';
import { Rounds } from './rounds.ts';
import type { ClientCertificates, TlsIdentity } from './tls.ts';
import type { UnreadAnswer } from './unread-body.ts';

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
  /** Answers for the handler where a body was not kept; absent: without a body of its own. */
  readonly unread?: UnreadAnswer;
  readonly handler: Handler;
  readonly limits: Limits;
  /** PEM certificate chain and private key; absent: cleartext. */
  readonly tls?: ListenerIdentity;
  /** Receives what the handler should not have thrown. */
  readonly report: (error: unknown, requestId: string) => void;
}

/** How a listener is doing; what is counted grows from its start. */
export interface ListenerFigures {
  readonly connections: number;
  /** Addresses that those come from. */
  readonly clients: number;
  readonly inFlight: number;
  /** Connections closed at once because there were too many: in all, of one client. */
  readonly refusedFull: number;
  readonly refusedClient: number;
  /** Requests refused because too many were in flight, or there was no memory for them. */
  readonly shed: number;
  /** Requests refused below the protocols: malformed, too large, too slow. */
  readonly malformed: number;
}

/**
 * HTTP/1.1 on node:net or node:tls: reads whole requests within limits, writes whole answers, shuts down without losing any.
 * Why not node:http: docs/decisions/0003-hot-path.md
 */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #listener: Listener & { closing: boolean };
  readonly #connections = new Set<Connection>();
  /** Every socket, also those that still shake hands. */
  readonly #sockets = new Set<Socket>();
  /** Those that still shake hands, by their other end. */
  readonly #shaking = new Map<string, Shaking>();
  readonly #clients: Clients;
  #refusedFull = 0;
  #refusedClient = 0;
  #sweeping: NodeJS.Timeout | undefined;
  /** Called when the last socket is gone. */
  #emptied: (() => void) | undefined;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    const { handler, limits, tls, report } = options;
    const budget = new BodyBudget(limits);
    this.#listener = {
      handler,
      unread: options.unread,
      limits,
      report,
      secure: tls !== undefined,
      budget,
      admission: new Admission(limits.maxRequests, budget),
      rounds: new Rounds(),
      malformed: 0,
      closing: false,
    };
    this.#clients = new Clients(limits.maxConnectionsPerClient);
    // A client that ends its side after the request still gets the answer.
    const socketOptions = { noDelay: true, allowHalfOpen: true };
    this.#server = tls ? secureServer({ ...socketOptions, ...tls }) : createServer(socketOptions);
    this.#server.maxConnections = limits.maxConnections;
    this.#server.on('drop', () => this.#refusedFull++);
    this.#server.on('connection', (socket: Socket) => this.#accepted(socket));
    if (tls)
      this.#server.on('secureConnection', (socket: TLSSocket) => {
        const shaken = this.#shaking.get(endpointOf(socket));
        if (shaken && isKnown(socket, tls.clients)) this.#connected(socket, shaken.client);
        else socket.destroy();
      });
  }

  /** How it is doing, for whoever watches. */
  get figures(): ListenerFigures {
    const { malformed, admission } = this.#listener;
    return {
      connections: this.#sockets.size,
      clients: this.#clients.size,
      inFlight: admission.inFlight,
      refusedFull: this.#refusedFull,
      refusedClient: this.#refusedClient,
      shed: admission.shed,
      malformed,
    };
  }

  /**
   * Starts to accept connections.
   *
   * @param port 0 picks a free one
   * @throws {Error} the address is in use or not ours
   */
  listen(port: number, host: string): Promise<AddressInfo> {
    const { report } = this.#options;
    this.#sweep();
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => report(error, ''));
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** In place of listening: connections that another process has accepted, and that were not read from. */
  taker(): (socket: Socket) => void {
    this.#sweep();
    return (socket) => {
      if (this.#sockets.size >= this.#options.limits.maxConnections) {
        this.#refusedFull++;
        socket.destroy();
        return;
      }
      socket.allowHalfOpen = true;
      socket.setNoDelay(true);
      this.#server.emit('connection', socket);
    };
  }

  /** Ends connections whose time is over. */
  #sweep(): void {
    const { limits } = this.#options;
    const shortest = Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs, limits.keepAliveTimeoutMs, 2000);
    this.#sweeping = setInterval(() => {
      const now = performance.now();
      for (const connection of this.#connections) connection.expire(now);
      for (const { socket, since } of this.#shaking.values())
        if (now - since > limits.headersTimeoutMs) socket.destroy();
    }, shortest / 2).unref();
  }

  /**
   * Stops accepting, answers what is in flight with `Connection: close`, closes at once connections that are idle or still
   * shake hands, and all others after `closeGraceMs`.
   */
  async close(): Promise<void> {
    this.#listener.closing = true;
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, this.#options.limits.closeGraceMs);
    const stopped = this.#server.listening ? new Promise((resolve) => this.#server.close(resolve)) : undefined;
    for (const { socket } of this.#shaking.values()) socket.destroy();
    // What has arrived is read first, in the whole turn between the two: it is answered, as the last of its connection.
    await nextTurn();
    await nextTurn();
    for (const connection of this.#connections) connection.endIfIdle();
    await stopped;
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
    clearTimeout(cut);
    clearInterval(this.#sweeping);
  }

  /** Takes a connection in, before it shakes hands, or closes it at once. */
  #accepted(socket: Socket): void {
    const client = this.#clients.admit(addressOf(socket));
    if (!client) {
      this.#refusedClient++;
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#clients.leave(client);
      if (this.#sockets.size === 0) this.#emptied?.();
    });
    if (this.#options.tls) this.#shakes(socket, client);
    else this.#connected(socket, client);
  }

  #shakes(socket: Socket, client: Client): void {
    const endpoint = endpointOf(socket);
    this.#shaking.set(endpoint, { socket, client, since: performance.now() });
    socket.once('close', () => this.#shaking.delete(endpoint));
  }

  #connected(socket: Socket, client: Client): void {
    if (this.#options.tls) this.#shaking.delete(endpointOf(socket));
    const connection = new Connection(socket, this.#listener, client);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }
}

/** A connection that shakes hands; node:tls gives up those alone that say nothing, and not even these are closed. */
interface Shaking {
  readonly socket: Socket;
  readonly client: Client;
  /** By `performance.now()`. */
  readonly since: number;
}

/** What a listener shows to its clients over TLS, and what they have to show. */
interface ListenerIdentity extends TlsIdentity {
  readonly clients?: ClientCertificates;
}

const isKnown = (socket: TLSSocket, clients: ClientCertificates | undefined): boolean =>
  !clients || clients.names.includes(String(socket.getPeerCertificate().subject?.CN));

/** Loads node:tls, 5 MB, only where it is used. */
const secureServer = ({ clients, ...options }: ListenerIdentity): Server =>
  process.getBuiltinModule('node:tls').createServer({
    ...options,
    ...(clients && { ca: clients.ca, requestCert: true, rejectUnauthorized: true }),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  });
