import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Agent } from 'node:https';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { signRequest } from '../crypto/sign-request.ts';
import { problemNamed, XksError, type XksProblem } from './xks-error.ts';

/** How proxies are reached. */
export interface XksNetwork {
  /** Where host names of proxies really lie, `https://10.0.0.5:8443` by `xks.example.com`; all others at port 443 of their name. */
  readonly proxies: ReadonlyMap<string, URL>;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** From the request to the end of its answer. */
  readonly timeoutMs: number;
  /** What proxies that ask for a certificate are shown, PEM: AWS KMS is `cks.kms.<Region>.amazonaws.com` to them. */
  readonly identity?: { readonly cert: string; readonly key: string };
}

/** One proxy, and what requests to it are signed with. */
export interface XksProxy {
  /** Id of the key store that is behind it. */
  readonly storeId: string;
  /** `https://xks.example.com` */
  readonly endpoint: string;
  /** `/prefix/kms/xks/v1` */
  readonly path: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Since when requests are signed with that, in milliseconds since the epoch. */
  readonly credentialSince: number;
}

/** Operations of the API, by the last part of their path. */
const operations = {
  health: 'GetHealthStatus',
  metadata: 'GetKeyMetadata',
  encrypt: 'Encrypt',
  decrypt: 'Decrypt',
} as const;

/** One request to a proxy and what became of it, for whoever watches. */
export interface XksExchange {
  readonly proxy: XksProxy;
  readonly operation: (typeof operations)[keyof typeof operations];
  /** Operation of KMS that it was for. */
  readonly kmsOperation: string;
  readonly seconds: number;
  /** Absent: it was answered. */
  readonly problem?: XksProblem;
  /** The answer, as it came. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** What the proxy showed, where a connection was made. */
  readonly certificate?: { readonly name: string; readonly validTo: Date };
}

/** Name that requests are signed for. @see XKS proxy API, appendix A */
export const signingName = 'kms-xks-proxy';

/** The largest answer has 4,300 bytes of ciphertext in base64. */
const maxAnswerBytes = 65_536;

/** Asks proxies of external key stores. @see AWS KMS External Key Store (XKS) Proxy API Specification */
export class XksClient {
  readonly #network: XksNetwork;
  readonly #observe: ((exchange: XksExchange) => void) | undefined;
  #agent: Agent | undefined;

  /** @param observe told of every request that ended */
  constructor(network: XksNetwork, observe?: (exchange: XksExchange) => void) {
    this.#network = network;
    this.#observe = observe;
  }

  /**
   * Sends one request.
   *
   * @param path below the proxy's path: `health`, `keys/id/encrypt`
   * @throws {XksError}
   */
  async ask(proxy: XksProxy, path: string, body: XksRequest): Promise<Readonly<Record<string, unknown>>> {
    const beganAt = performance.now();
    const operation = operations[path.slice(path.lastIndexOf('/') + 1) as keyof typeof operations];
    const { kmsOperation } = body.requestMetadata;
    let seen: Pick<XksExchange, 'certificate'> = {};
    const ended = (outcome: Pick<XksExchange, 'problem' | 'answer'>): void => {
      const seconds = (performance.now() - beganAt) / 1000;
      this.#observe?.({ proxy, operation, kmsOperation, seconds, ...seen, ...outcome });
    };
    try {
      const { status, text, certificate } = await this.#post(proxy, `${proxy.path}/${path}`, JSON.stringify(body));
      if (certificate) seen = { certificate };
      const answer = parse(text);
      if (status !== 200 || !answer) throw refusal(proxy, status, answer);
      ended({ answer });
      return answer;
    } catch (error) {
      if (error instanceof XksError) ended({ problem: error.problem });
      throw error;
    }
  }

  /** Closes connections that are kept for later requests. */
  close(): void {
    this.#agent?.destroy();
  }

  #post(proxy: XksProxy, path: string, body: string): Promise<Answer> {
    const host = proxy.endpoint.slice('https://'.length);
    const { hostname, port } = this.#network.proxies.get(host.toLowerCase()) ?? new URL(proxy.endpoint);
    const headers = { 'content-type': 'application/json', host };
    const request = { method: 'POST', path, headers, bodyHash: hash('sha256', body) };
    const signed = signRequest(request, proxy, { region: proxy.region, service: signingName }, new Date());
    const { ca, identity, timeoutMs } = this.#network;
    // Loaded where a proxy is asked: the HTTP modules take 9 MB.
    const https = process.getBuiltinModule('node:https');
    this.#agent ??= new https.Agent({
      keepAlive: true,
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
      ...identity,
    });
    const agent = this.#agent;
    const target = { agent, host: hostname.replace(/^\[|\]$/g, ''), port: port || 443, servername: host };
    return new Promise((resolve, reject) => {
      const outgoing = https.request({ ...target, method: 'POST', path, headers: signed });
      const timer = setTimeout(() => {
        outgoing.destroy(new XksError('late', `${proxy.endpoint} did not answer within ${timeoutMs} ms`));
      }, timeoutMs);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        // The proxy closed a kept connection as the request was on its way.
        if (outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET')
          resolve(this.#post(proxy, path, body));
        else if (error instanceof XksError) reject(error);
        else reject(new XksError(problemOf(error), error.message, { cause: error }));
      };
      outgoing.on('error', fail);
      outgoing.on('response', (response) => {
        const certificate = outgoing.reusedSocket ? undefined : certificateOf(response);
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > maxAnswerBytes) outgoing.destroy(new XksError('malformed', 'the answer is too long'));
        });
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, text, certificate });
        });
      });
      outgoing.end(body);
    });
  }
}

/** What every request has. */
interface XksRequest {
  readonly requestMetadata: { readonly kmsOperation: string };
  readonly [member: string]: unknown;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly certificate: XksExchange['certificate'];
}

/** What a new connection showed; one that resumes a session shows nothing. */
const certificateOf = ({ socket }: IncomingMessage): XksExchange['certificate'] => {
  const { subject, valid_to: validTo } = (socket as TLSSocket).getPeerCertificate() as Partial<PeerCertificate>;
  return subject && validTo !== undefined ? { name: String(subject.CN), validTo: new Date(validTo) } : undefined;
};

const refusal = ({ endpoint }: XksProxy, status: number, answer: ReturnType<typeof parse>): XksError => {
  const problem = status === 200 ? 'malformed' : problemNamed(answer?.errorName);
  const said = typeof answer?.errorMessage === 'string' ? `: ${answer.errorMessage.slice(0, 512)}` : '';
  return new XksError(problem, `${endpoint} answered ${status} ${problem}${said}`);
};

/** What is wrong with a connection, by the code of its error. */
const problemOf = (error: NodeJS.ErrnoException): XksProblem =>
  /CERT|TLS|SSL|SIGNATURE|EPROTO/.test(error.code ?? '') ? 'untrusted' : 'unreachable';

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};
