import { Agent as PlainAgent, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import { Unreachable } from './client-error.ts';

/** One request of a client, and how long its answer may take. */
export interface ClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
}

/** An answer, read to its end. */
export interface ClientAnswer {
  readonly status: number;
  readonly text: string;
}

/** The largest answer of Secrets Manager: BatchGetSecretValue, 20 secrets of 64 KiB in base64. */
const maxAnswerBytes = 4 * 1_048_576;

const plainAgent = new PlainAgent({ keepAlive: true });
const secureAgents = new Map<string, SecureAgent>();

/**
 * Sends one request over a connection that is kept for the next.
 *
 * @throws {Unreachable}
 */
export const sendRequest = (request: ClientRequest): Promise<ClientAnswer> =>
  new Promise((resolve, reject) => {
    const { method, url, headers = {}, body = '', ca, timeoutMs } = request;
    const options = { method, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } };
    const outgoing =
      url.protocol === 'https:'
        ? requestSecure(url, { ...options, agent: secureAgent(ca) })
        : requestPlain(url, { ...options, agent: plainAgent });
    const fail = (reason: string, timedOut: boolean, cause?: unknown): void => {
      clearTimeout(timer);
      outgoing.destroy();
      reject(new Unreachable(url.origin, reason, { timedOut, cause }));
    };
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} s`, true), timeoutMs);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      // The server closed a kept connection as the request was on its way.
      if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(sendRequest(request));
      else fail(error.message || String(error.code), false, error);
    });
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxAnswerBytes) fail('the answer is too long', false);
      });
      response.on('error', (error) => fail(error.message, false, error));
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    outgoing.end(body);
  });

const secureAgent = (ca: string | undefined): SecureAgent => {
  const known = secureAgents.get(ca ?? '');
  if (known) return known;
  const agent = new SecureAgent({ keepAlive: true, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) });
  secureAgents.set(ca ?? '', agent);
  return agent;
};
