import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeUri, formatQuery, type SigningKey, signRequest } from '../../crypto/sign-request.ts';
import { ObjectsUnavailable } from './objects.ts';

/** How a bucket is reached. */
export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Absent: AWS's. */
  readonly endpoint?: string;
  /** PEM certificates to trust for it; absent: those that Node trusts. */
  readonly ca?: string;
  readonly key: SigningKey;
}

/** One request for an object, or for the bucket. */
export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Absent: the bucket. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** An answer, read to its end. */
export interface S3Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const timeoutMs = 60_000;
const attempts = 4;
const firstPauseMs = 100;
const noBody = Buffer.alloc(0);

/** The HTTP modules take 9 MB, so they are loaded where a bucket is asked. */
const builtin = process.getBuiltinModule;

/** Speaks to one bucket: REST over HTTP, signed with SigV4, tried again where the endpoint fails. */
export class S3Client {
  readonly #settings: S3Settings;
  readonly #origin: URL;
  readonly #base: string;

  constructor(settings: S3Settings) {
    this.#settings = settings;
    const { bucket, endpoint, region } = settings;
    // A bucket's own host name is AWS's way; others, and names with dots that no certificate covers, take the path.
    const byHost = endpoint === undefined && !bucket.includes('.');
    this.#origin = new URL(endpoint ?? `https://${byHost ? `${bucket}.` : ''}s3.${region}.amazonaws.com`);
    this.#base = byHost ? '' : `/${encodeUri(bucket)}`;
  }

  /**
   * @returns an answer of status 200 to 299, or one of `expected`
   * @throws {ObjectsUnavailable}
   */
  async ask(request: S3Request, expected: readonly number[] = []): Promise<S3Answer> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === attempts;
      try {
        const answer = await this.#once(request);
        if (expected.includes(answer.status) || (answer.status < 300 && !hidesError(answer))) return answer;
        if (last || (answer.status >= 300 && answer.status < 500 && answer.status !== 429))
          throw this.#refusal(request, answer);
      } catch (cause) {
        if (cause instanceof ObjectsUnavailable) throw cause;
        if (last)
          throw new ObjectsUnavailable(`${this.#origin.origin} does not answer: ${(cause as Error).message}`, {
            cause,
          });
      }
      await sleep(firstPauseMs * 2 ** attempt * Math.random());
    }
  }

  #once({ method, name, query = {}, headers: own = {}, body = noBody }: S3Request): Promise<S3Answer> {
    const { key, region, ca } = this.#settings;
    const path = `${this.#base}/${(name ?? '').split('/').map(encodeUri).join('/')}`;
    const bodyHash = hash('sha256', body);
    const headers = signRequest(
      { method, path, query, headers: { ...own, host: this.#origin.host, 'x-amz-content-sha256': bodyHash }, bodyHash },
      key,
      { region, service: 's3' },
      new Date(),
    );
    const text = formatQuery(query);
    const options = {
      method,
      path: text ? `${path}?${text}` : path,
      headers: { ...headers, 'content-length': String(body.length) },
      timeout: timeoutMs,
    };
    return new Promise((resolve, reject) => {
      const outgoing =
        this.#origin.protocol === 'https:'
          ? builtin('node:https').request(this.#origin, { ...options, ...(ca !== undefined && { ca }) })
          : builtin('node:http').request(this.#origin, options);
      outgoing.on('response', (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
        );
        response.on('error', reject);
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  #refusal({ method, name }: S3Request, { status, body }: S3Answer): ObjectsUnavailable {
    const text = body.toString('utf8');
    const [code, message] = ['Code', 'Message'].map((tag) => elementsIn(text, tag)[0]);
    const what = name === undefined ? this.#settings.bucket : `${this.#settings.bucket}/${name}`;
    return new ObjectsUnavailable(
      `${this.#origin.origin} refuses ${method} ${what}: ${code ?? `HTTP ${status}`}${message ? `: ${message}` : ''}`,
    );
  }
}

/** CompleteMultipartUpload may fail after its status was sent. @see S3 API: "CompleteMultipartUpload" */
const hidesError = ({ headers, body }: S3Answer): boolean =>
  /xml/.test(headers['content-type'] ?? '') && /^(<\?[^>]*>\s*)?<Error>/.test(body.toString('latin1', 0, 200));

/** The text of each element of a name, in S3's answers: flat XML without attributes. */
export const elementsIn = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, text]) => unescaped(text!));

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[name] ?? whole;
  });
