import { Fault } from '../kernel/fault.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-message.ts';
import { HttpServer } from '../wire/http-server.ts';
import { defaultLimits } from '../wire/limits.ts';
import { verifySignature } from '../wire/sigv4.ts';
import type { ClientCertificates, TlsIdentity } from '../wire/tls.ts';
import { integrityValue } from '../xks/integrity-value.ts';
import { signingName } from '../xks/xks-client.ts';
import { XksError, type XksProblem } from '../xks/xks-error.ts';
import type { AccessKeys } from './access-keys.ts';
import type { ExternalKeys } from './external-keys.ts';
import {
  type Body,
  maxAadBytes,
  maxMessageBytes,
  optionalBytes,
  parseBody,
  requireAlgorithms,
  requiredBytes,
  requireMetadata,
} from './proxy-request.ts';
import { RateLimit } from './rate-limit.ts';

/** What the proxy serves, and how. */
export interface XksProxyOptions {
  readonly keys: ExternalKeys;
  readonly accessKeys: AccessKeys;
  /** `/prefix/kms/xks/v1` */
  readonly path: string;
  readonly port: number;
  readonly host: string;
  /** Absent: cleartext, on loopback behind something that speaks TLS. */
  readonly tls?: TlsIdentity;
  /** With `tls`: who may connect at all; absent: everybody. */
  readonly clients?: ClientCertificates;
  readonly requestsPerSecond: number;
  /** Told of every request that was authenticated, and of every other refusal: never of plaintexts. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** A proxy that answers. */
export interface RunningXksProxy {
  readonly port: number;
  /** Answers what is in flight. */
  close(): Promise<void>;
}

/**
 * Serves AWS's XKS proxy API: keys of a KMS, for external key stores of another one.
 *
 * @throws {Error} the address is in use
 * @see AWS KMS External Key Store (XKS) Proxy API Specification
 */
export const serveXksProxy = async (options: XksProxyOptions): Promise<RunningXksProxy> => {
  const service = new Service(options);
  const server = new HttpServer({
    handler: (request, _origin, overloaded) => service.answer(request, overloaded),
    // KMS waits a quarter of a second: nobody is there any more after this.
    limits: { ...defaultLimits, maxRequests: 1024, closeGraceMs: 1000 },
    report: (error) => options.log({ error: error instanceof Error ? error.message : String(error) }),
    ...(options.tls && { tls: { ...options.tls, ...(options.clients && { clients: options.clients }) } }),
  });
  const { port } = await server.listen(options.port, options.host);
  return { port, close: () => server.close() };
};

/** A failed check of the keys is repeated at once, a good one lasts half of what the API allows. */
const healthLastsMs = 30_000;

class Service {
  readonly #options: XksProxyOptions;
  readonly #rate: RateLimit;
  #healthyUntil = 0;

  constructor(options: XksProxyOptions) {
    this.#options = options;
    this.#rate = new RateLimit(options.requestsPerSecond);
  }

  async answer(request: HttpRequest, overloaded = false): Promise<HttpResponse> {
    const beganAt = performance.now();
    const line: Record<string, unknown> = { path: request.path };
    const ended = (status: number, answer: object): HttpResponse => {
      this.#options.log({ ...line, status, ms: Math.round(performance.now() - beganAt) });
      return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
    };
    try {
      if (overloaded) throw new XksError('ThrottlingException', 'Too many requests are in flight.');
      return ended(200, await this.#serve(request, line));
    } catch (error) {
      if (error === notPosted) return ended(405, {});
      const known = error instanceof XksError ? error : new XksError('InternalException', 'The proxy failed.');
      line.error = known.problem;
      const { cause } = error as Error;
      if (cause instanceof Error) line.cause = cause.message;
      return ended(statuses[known.problem] ?? 500, { errorName: known.problem, errorMessage: known.message });
    }
  }

  async #serve(request: HttpRequest, line: Record<string, unknown>): Promise<object> {
    const { path, keys } = this.#options;
    const below = request.path.startsWith(`${path}/`) ? request.path.slice(path.length + 1) : '';
    const [, id, operation] = /^keys\/([a-zA-Z0-9._-]{1,128})\/(metadata|encrypt|decrypt)$/.exec(below) ?? [];
    if (id === undefined && below !== 'health') throw new XksError('InvalidUriPathException', 'There is no such URI.');
    if (request.method !== 'POST') throw notPosted;
    this.#authenticate(request);
    if (!this.#rate.take()) throw new XksError('ThrottlingException', 'The request rate is too high.');
    const body = parseBody(request.body);
    const { kmsRequestId, kmsOperation } = requireMetadata(body);
    Object.assign(line, { kmsRequestId, kmsOperation, ...callerOf(body) });
    if (id === undefined) return this.#health();
    if (operation === 'metadata') return keys.describe(id);
    requireAlgorithms(body);
    return operation === 'encrypt' ? encrypt(keys, id, body) : decrypt(keys, id, body);
  }

  #authenticate(request: HttpRequest): void {
    const { accessKeys } = this.#options;
    try {
      verifySignature(request, {
        service: signingName,
        acceptsRegion: () => true,
        now: Date.now(),
        findCredential: (accessKeyId) => accessKeys.get(accessKeyId),
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new XksError('AuthenticationFailedException', 'The signature is not valid.', { cause: error });
    }
  }

  async #health(): Promise<object> {
    if (performance.now() > this.#healthyUntil) {
      await this.#options.keys.check();
      this.#healthyUntil = performance.now() + healthLastsMs;
    }
    return {
      xksProxyFleetSize: 1,
      xksProxyVendor: 'Bulwark',
      xksProxyModel: 'Bulwark XKS proxy 1',
      ekmVendor: 'Bulwark',
      ekmFleetDetails: [{ id: 'kms', model: 'KMS', healthStatus: 'ACTIVE' }],
    };
  }
}

/** Whatever is there answers POST alone. */
const notPosted = new Error('not a POST');

const encrypt = async (keys: ExternalKeys, id: string, body: Body): Promise<object> => {
  const aad = optionalBytes(body, 'additionalAuthenticatedData', maxAadBytes) ?? Buffer.alloc(0);
  const sealed = await keys.encrypt(id, requiredBytes(body, 'plaintext', maxMessageBytes), aad);
  return {
    ciphertext: sealed.ciphertext.toString('base64'),
    ciphertextMetadata: sealed.metadata.toString('base64'),
    initializationVector: sealed.iv.toString('base64'),
    authenticationTag: sealed.tag.toString('base64'),
    ...(body.ciphertextDataIntegrityValueAlgorithm !== undefined && {
      ciphertextDataIntegrityValue: integrityValue(aad, sealed).toString('base64'),
    }),
  };
};

const decrypt = async (keys: ExternalKeys, id: string, body: Body): Promise<object> => {
  const sealed = {
    metadata: optionalBytes(body, 'ciphertextMetadata', 20) ?? Buffer.alloc(0),
    iv: requiredBytes(body, 'initializationVector', 16),
    ciphertext: requiredBytes(body, 'ciphertext', maxMessageBytes),
    tag: requiredBytes(body, 'authenticationTag', 16),
  };
  const aad = optionalBytes(body, 'additionalAuthenticatedData', maxAadBytes) ?? Buffer.alloc(0);
  const plaintext = await keys.decrypt(id, sealed, aad);
  const answer = { plaintext: plaintext.toString('base64') };
  plaintext.fill(0);
  return answer;
};

const callerOf = ({ requestMetadata }: Body): object => {
  const { awsPrincipalArn, kmsKeyArn } = requestMetadata as Record<string, unknown>;
  return { awsPrincipalArn, kmsKeyArn };
};

/** @see XKS proxy API: "Error codes" */
const statuses: Readonly<Partial<Record<XksProblem, number>>> = {
  ValidationException: 400,
  InvalidStateException: 400,
  InvalidCiphertextException: 400,
  InvalidKeyUsageException: 400,
  AuthenticationFailedException: 401,
  AccessDeniedException: 403,
  KeyNotFoundException: 404,
  InvalidUriPathException: 404,
  ThrottlingException: 429,
  UnsupportedOperationException: 501,
  DependencyTimeoutException: 503,
};
