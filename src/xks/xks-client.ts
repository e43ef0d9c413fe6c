import { hash } from 'node:crypto';
import type { Agent } from 'node:https';
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
}

/** One proxy, and what requests to it are signed with. */
export interface XksProxy {
  /** `https://xks.example.com` */
  readonly endpoint: string;
  /** `/prefix/kms/xks/v1` */
  readonly path: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Name that requests are signed for. @see XKS proxy API, appendix A */
export const signingName = 'kms-xks-proxy';

/** The largest answer has 4,300 bytes of ciphertext in base64. */
const maxAnswerBytes = 65_536;

/** Asks proxies of external key stores. @see AWS KMS External Key Store (XKS) Proxy API Specification */
export class XksClient {
  readonly #network: XksNetwork;
  #agent: Agent | undefined;

  constructor(network: XksNetwork) {
    this.#network = network;
  }

  /**
   * Sends one request.
   *
   * @param operation below the proxy's path: `health`, `keys/id/encrypt`
   * @throws {XksError}
   */
  async ask(proxy: XksProxy, operation: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const text = JSON.stringify(body);
    const { status, answer } = await this.#post(proxy, `${proxy.path}/${operation}`, text);
    const parsed = parse(answer);
    if (status === 200 && parsed) return parsed;
    const problem = status === 200 ? 'malformed' : problemNamed(parsed?.errorName);
    const said = typeof parsed?.errorMessage === 'string' ? `: ${parsed.errorMessage.slice(0, 512)}` : '';
    throw new XksError(problem, `${proxy.endpoint} answered ${status} ${problem}${said}`);
  }

  /** Closes connections that are kept for later requests. */
  close(): void {
    this.#agent?.destroy();
  }

  #post(proxy: XksProxy, path: string, body: string): Promise<{ readonly status: number; readonly answer: string }> {
    const host = proxy.endpoint.slice('https://'.length);
    const { hostname, port } = this.#network.proxies.get(host.toLowerCase()) ?? new URL(proxy.endpoint);
    const headers = { 'content-type': 'application/json', host };
    const request = { method: 'POST', path, headers, bodyHash: hash('sha256', body) };
    const signed = signRequest(request, proxy, { region: proxy.region, service: signingName }, new Date());
    const { ca, timeoutMs } = this.#network;
    // Loaded where a proxy is asked: the HTTP modules take 9 MB.
    const https = process.getBuiltinModule('node:https');
    this.#agent ??= new https.Agent({ keepAlive: true, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) });
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
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          answer += chunk;
          if (answer.length > maxAnswerBytes) outgoing.destroy(new XksError('malformed', 'the answer is too long'));
        });
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, answer });
        });
      });
      outgoing.end(body);
    });
  }
}

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
