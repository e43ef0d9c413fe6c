import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { randomBytes } from '../../../crypto/random.ts';

/** One event, as a runtime gets it. */
export interface RuntimeEvent {
  readonly requestId: string;
  readonly payload: string;
  /** Milliseconds since the epoch, by the clock of the machine. */
  readonly deadline: number;
  readonly functionArn: string;
  /** JSON. */
  readonly clientContext?: string | undefined;
}

/** The side of an execution environment that its runtime talks to. */
export interface RuntimePeer {
  /** The runtime is ready for the next event. */
  next(): Promise<RuntimeEvent>;
  /** Whether that event is what it works on. */
  worksOn(requestId: string): boolean;
  /** Gets an answer to what it works on. */
  answered(body: string): void;
  failed(body: string): void;
  failedToStart(body: string): void;
  /** The answer is larger than Lambda takes. */
  tooLarge(): void;
}

/** Largest answer of a function, in bytes. */
export const maxAnswerBytes = 6_291_556;
/** What is read of an answer that is too large, so that its sender hears of it. */
const maxReadBytes = 16 * maxAnswerBytes;
/** Connections that one execution environment may have at a time; a runtime has one. */
const maxConnections = 16;
/** Connections of which nobody knows yet whose they are. */
const maxUnknown = 128;
const headersTimeoutMs = 10_000;

interface Admitted {
  readonly peer: RuntimePeer;
  readonly sockets: Set<Socket>;
  /** Whether an answer is being read: there is no more than one in memory. */
  reading: boolean;
}

/**
 * The Lambda Runtime API for all execution environments of this process, on a loopback port. Each has a path of its own,
 * which only it knows: functions share the host's loopback and must not answer for one another, nor keep others from
 * being heard.
 *
 * @see Lambda developer guide: "Using the Lambda runtime API"
 */
export class RuntimeApi {
  readonly #admitted = new Map<string, Admitted>();
  readonly #unknown = new Set<Socket>();
  #server: Promise<Server> | undefined;

  /** @returns value of `AWS_LAMBDA_RUNTIME_API` for this peer, and how to take it off */
  async admit(peer: RuntimePeer): Promise<{ readonly address: string; leave(): void }> {
    this.#server ??= this.#listen();
    const { port } = (await this.#server).address() as AddressInfo;
    const token = randomBytes(24).toString('base64url');
    const admitted: Admitted = { peer, sockets: new Set(), reading: false };
    this.#admitted.set(token, admitted);
    const leave = (): void => {
      this.#admitted.delete(token);
      for (const socket of admitted.sockets) socket.destroy();
    };
    return { address: `127.0.0.1:${port}/${token}`, leave };
  }

  async close(): Promise<void> {
    const server = await this.#server;
    server?.closeAllConnections();
    server?.close();
  }

  async #listen(): Promise<Server> {
    // The HTTP modules take 9 MB, so they are loaded where a function is run.
    const server = process.getBuiltinModule('node:http').createServer((request, answer) => {
      // A request that was broken off does not know its connection any more.
      const { socket } = request;
      void this.#serve(request, answer).catch(() => socket.destroy());
    });
    // Runtimes wait for the next event as long as it takes.
    server.requestTimeout = 0;
    server.headersTimeout = headersTimeoutMs;
    server.on('connection', (socket: Socket) => {
      socket.once('close', () => this.#unknown.delete(socket));
      // Whoever says at once who he is does not meet this limit.
      keep(this.#unknown, socket, maxUnknown);
    });
    // Workers of one cluster would share the port, and get one another's answers.
    const place = { port: 0, host: '127.0.0.1', exclusive: true };
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(place, resolve));
    server.unref();
    return server;
  }

  async #serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [, token = '', version, runtime, kind, id = '', verb] = (request.url ?? '').split('/');
    const admitted = this.#admitted.get(token);
    if (!admitted) {
      answer.setHeader('Connection', 'close');
      return say(answer, 403, forbidden);
    }
    const { peer } = admitted;
    this.#know(request.socket, admitted);
    if (version !== '2018-06-01' || runtime !== 'runtime') return say(answer, 404, forbidden);
    if (request.method === 'GET' && kind === 'invocation' && id === 'next') return giveNext(peer, answer);
    if (request.method !== 'POST') return say(answer, 404, forbidden);
    const isStart = kind === 'init' && id === 'error';
    const isKnown = isStart || (kind === 'invocation' && (verb === 'response' || verb === 'error') && peer.worksOn(id));
    if (!isKnown || admitted.reading) return refuse(request, answer);
    admitted.reading = true;
    const body = await bodyOf(request).finally(() => {
      admitted.reading = false;
    });
    if (isStart) peer.failedToStart(body ?? tooLarge.errorMessage);
    // Its time may have been up meanwhile.
    else if (!peer.worksOn(id)) return say(answer, 400, invalidId);
    else if (body === undefined) {
      peer.tooLarge();
      return say(answer, 413, tooLarge);
    } else if (verb === 'response') peer.answered(body);
    else peer.failed(body);
    return say(answer, 202, accepted);
  }

  #know(socket: Socket, { sockets }: Admitted): void {
    if (!this.#unknown.delete(socket)) return;
    socket.once('close', () => sockets.delete(socket));
    keep(sockets, socket, maxConnections);
  }
}

/** Adds a connection, in place of the oldest where there are as many as there may be. */
const keep = (sockets: Set<Socket>, socket: Socket, max: number): void => {
  const [oldest] = sockets;
  if (sockets.size >= max) {
    sockets.delete(oldest!);
    oldest!.destroy();
  }
  sockets.add(socket);
};

const accepted = { status: 'OK' };
const forbidden = { errorType: 'Forbidden', errorMessage: 'Forbidden' };
const invalidId = { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' };
const tooLarge = {
  errorType: 'RequestEntityTooLarge',
  errorMessage: `Exceeded maximum allowed payload size (${maxAnswerBytes} bytes).`,
};

const giveNext = async (peer: RuntimePeer, answer: ServerResponse): Promise<void> => {
  const { requestId, payload, deadline, functionArn, clientContext } = await peer.next();
  answer.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': functionArn,
    ...(clientContext !== undefined && { 'Lambda-Runtime-Client-Context': clientContext }),
  });
  answer.end(payload);
};

const say = (answer: ServerResponse, status: number, body: object): void => {
  answer.writeHead(status, { 'Content-Type': 'application/json' });
  answer.end(JSON.stringify(body));
};

/** Answers without looking at what was sent. */
const refuse = (request: IncomingMessage, answer: ServerResponse): void => {
  const { socket } = request;
  let bytes = 0;
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > maxReadBytes) socket.destroy();
  });
  say(answer, 400, invalidId);
};

/** @returns undefined: larger than an answer may be @throws {Error} it does not end */
const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= maxAnswerBytes) pieces.push(piece);
    else pieces.length = 0;
    if (bytes > maxReadBytes) throw new Error('the answer does not end');
  }
  return bytes > maxAnswerBytes ? undefined : Buffer.concat(pieces).toString('utf8');
};
