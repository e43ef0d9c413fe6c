import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  /** @returns false: that event is not what it works on */
  answered(requestId: string, body: string): boolean;
  failed(requestId: string, body: string): boolean;
  failedToStart(body: string): void;
  /** The answer is larger than Lambda takes. */
  tooLarge(requestId: string): void;
}

/** Largest answer of a function, in bytes. */
export const maxAnswerBytes = 6_291_556;

/**
 * The Lambda Runtime API for all execution environments of this process, on a loopback port. Each has a path of its own,
 * which only it knows: functions share the host's loopback and must not answer for one another.
 *
 * @see Lambda developer guide: "Using the Lambda runtime API"
 */
export class RuntimeApi {
  readonly #peers = new Map<string, RuntimePeer>();
  #server: Promise<Server> | undefined;

  /** @returns value of `AWS_LAMBDA_RUNTIME_API` for this peer, and how to take it off */
  async admit(peer: RuntimePeer): Promise<{ readonly address: string; leave(): void }> {
    this.#server ??= listening((request, answer) => void this.#serve(request, answer).catch(() => request.destroy()));
    const { port } = (await this.#server).address() as AddressInfo;
    const token = randomBytes(24).toString('base64url');
    this.#peers.set(token, peer);
    return { address: `127.0.0.1:${port}/${token}`, leave: () => void this.#peers.delete(token) };
  }

  async close(): Promise<void> {
    const server = await this.#server;
    server?.closeAllConnections();
    server?.close();
  }

  async #serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [, token = '', version, runtime, kind, id = '', verb] = (request.url ?? '').split('/');
    const peer = this.#peers.get(token);
    if (!peer || version !== '2018-06-01' || runtime !== 'runtime') return say(answer, 403, forbidden);
    if (request.method === 'GET' && kind === 'invocation' && id === 'next') return giveNext(peer, answer);
    if (request.method !== 'POST') return say(answer, 404, forbidden);
    const body = await bodyOf(request);
    if (body === undefined) {
      peer.tooLarge(id);
      return say(answer, 413, { errorType: 'RequestEntityTooLarge', errorMessage: 'The payload is too large.' });
    }
    if (kind === 'init' && id === 'error') {
      peer.failedToStart(body);
      return say(answer, 202, accepted);
    }
    const known = verb === 'response' ? peer.answered(id, body) : verb === 'error' && peer.failed(id, body);
    if (known) return say(answer, 202, accepted);
    return say(answer, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
  }
}

const accepted = { status: 'OK' };
const forbidden = { errorType: 'Forbidden', errorMessage: 'Forbidden' };

const listening = async (serve: (request: IncomingMessage, answer: ServerResponse) => void): Promise<Server> => {
  // The HTTP modules take 9 MB, so they are loaded where a function is run.
  const server = process.getBuiltinModule('node:http').createServer(serve);
  // Runtimes wait for the next event as long as it takes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  return server;
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

/** @returns undefined: larger than an answer may be */
const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= maxAnswerBytes) pieces.push(piece);
  }
  return bytes > maxAnswerBytes ? undefined : Buffer.concat(pieces).toString('utf8');
};
