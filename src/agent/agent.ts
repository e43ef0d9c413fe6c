import { hash, timingSafeEqual } from 'node:crypto';
import type { AwsClient } from '../client/aws-client.ts';
import { ServiceError, Unreachable } from '../client/client-error.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-message.ts';
import { HttpServer } from '../wire/http-server.ts';
import { defaultLimits } from '../wire/limits.ts';
import { failure, json, Problem, text } from './answers.ts';
import { Cache, Shelf } from './cache.ts';
import { parameterAnswer, secretAnswer } from './formats.ts';
import { parameterQuery, secretQuery } from './queries.ts';

/** What an agent serves, and how. */
export interface AgentOptions {
  readonly client: Pick<AwsClient, 'call'>;
  readonly port: number;
  /** What every request but `/ping` has to show. */
  readonly token: string;
  readonly secretTtlMs: number;
  readonly parameterTtlMs: number;
  /** Values kept at most; 0: none. */
  readonly cacheSize: number;
  readonly maxConnections: number;
  readonly now?: () => number;
  /** Told of every refusal and failure: never of values. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** An agent that answers. */
export interface RunningAgent {
  readonly port: number;
  /** Answers what is in flight. */
  close(): Promise<void>;
}

/** The only address: whoever is on this machine and has the token may read. */
const host = '127.0.0.1';

/**
 * Serves secrets and parameters from a cache, as the AWS Secrets Manager Agent and the AWS Parameters and Secrets Lambda
 * Extension do.
 *
 * @throws {Error} the port is in use
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/secrets-manager-agent.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
 */
export const serveAgent = async (options: AgentOptions): Promise<RunningAgent> => {
  const agent = new Agent(options);
  const connections = options.maxConnections;
  const server = new HttpServer({
    handler: (request, _origin, overloaded) => agent.answer(request, overloaded),
    limits: {
      ...defaultLimits,
      maxConnections: connections,
      maxConnectionsPerClient: connections,
      maxRequests: connections,
      closeGraceMs: 2000,
    },
    report: (error) => options.log({ error: error instanceof Error ? error.message : String(error) }),
  });
  const { port } = await server.listen(options.port, host);
  return { port, close: () => server.close() };
};

/** Headers that may hold the token. */
const tokenHeaders = ['x-aws-parameters-secrets-token', 'x-vault-token'];

const pathPrefix = '/v1/';

class Agent {
  readonly #options: AgentOptions;
  readonly #secrets: Cache;
  readonly #parameters: Cache;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { cacheSize, secretTtlMs, parameterTtlMs, now = () => performance.now() } = options;
    const shelf = new Shelf(cacheSize);
    const cache = (ttlMs: number): Cache => new Cache({ ttlMs: cacheSize === 0 ? 0 : ttlMs, now, isTransient }, shelf);
    this.#secrets = cache(secretTtlMs);
    this.#parameters = cache(parameterTtlMs);
  }

  async answer(request: HttpRequest, overloaded = false): Promise<HttpResponse> {
    try {
      return await this.#find(request, overloaded);
    } catch (error) {
      const answer = failure(error);
      const why = error instanceof Error ? error.message : String(error);
      this.#options.log({ path: request.path, status: answer.status, error: why });
      return answer;
    }
  }

  async #find(request: HttpRequest, overloaded: boolean): Promise<HttpResponse> {
    const { path, query, method } = request;
    const isPing = path === '/ping';
    if (overloaded && !isPing) throw new Problem(text(429, 'Connection limit exceeded'));
    if (!isPing) this.#requireToken(request);
    if (method !== 'GET') throw new Problem(text(405, 'Not allowed'));
    if (isPing) return text(200, 'healthy');
    if (/^\/secretsmanager\/get\/?$/.test(path)) return this.#secret(query);
    if (/^\/systemsmanager\/parameters\/get\/?$/.test(path)) return this.#parameter(query);
    if (path.startsWith(pathPrefix)) return this.#secret(query, decoded(path.slice(pathPrefix.length)));
    throw new Problem(text(404, 'Not found'));
  }

  #requireToken({ headers }: HttpRequest): void {
    // What was forwarded was not asked for on this machine.
    if (headers['x-forwarded-for'] !== undefined) throw new Problem(text(400, 'Forwarded'));
    const { token } = this.#options;
    if (!tokenHeaders.some((name) => isSame(headers[name] ?? '', token))) throw new Problem(text(403, 'Bad Token'));
  }

  async #secret(query: string, id?: string): Promise<HttpResponse> {
    const { input, refreshNow } = secretQuery(query, id);
    const ask = async (): Promise<string> =>
      secretAnswer(await this.#options.client.call('secretsmanager', 'GetSecretValue', input));
    return json(200, await this.#secrets.get(`secret ${JSON.stringify(input)}`, ask, refreshNow));
  }

  async #parameter(query: string): Promise<HttpResponse> {
    const { input, refreshNow } = parameterQuery(query);
    const ask = async (): Promise<string> =>
      parameterAnswer(await this.#options.client.call('ssm', 'GetParameter', input));
    return json(200, await this.#parameters.get(`parameter ${JSON.stringify(input)}`, ask, refreshNow));
  }
}

const isTransient = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ServiceError && error.isTransient);

/** Hashes have one length, so the comparison tells nothing of the token's. */
const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

const decoded = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new Problem(text(400, 'invalid path'));
  }
};
