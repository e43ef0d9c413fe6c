import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { HttpRequest, HttpResponse } from '../../src/wire/http-message.ts';

/** Answers one request of an SDK client, in the same process and without a socket. */
export type Answer = (request: HttpRequest) => HttpResponse;

/** The parts of an SDK client package that these tests use. */
export interface SdkClient {
  send(command: object): Promise<Record<string, unknown>>;
}

/** A real SDK client whose requests go to `answer`. */
export interface Loopback {
  readonly client: SdkClient;
  answerWith(answer: Answer): void;
}

/**
 * Makes a real SDK client whose requests never leave the process.
 *
 * @param config beside what every client gets
 */
export const sdkLoopback = (sdk: object, clientName: string, config: object = {}): Loopback => {
  let answer: Answer | undefined;
  const Client = (sdk as Record<string, new (config: object) => SdkClient>)[`${clientName}Client`]!;
  const client = new Client({
    region: 'eu-west-2',
    endpoint: 'http://localhost:4566',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    ...config,
    requestHandler: {
      handle: async (request: SdkRequest) => {
        const response = answer!(await toOurs(request));
        const body = Buffer.from(response.body);
        const headers = lowerCase(response.headers);
        return { response: { statusCode: response.status, headers, body: Readable.from([body]) } };
      },
    },
  });
  return {
    client,
    answerWith: (next) => {
      answer = next;
    },
  };
};

/** Makes an SDK command by its operation's name. */
export const sdkCommand = (sdk: object, operation: string, input: object): object => {
  const Command = (sdk as Record<string, new (input: object) => object>)[`${operation}Command`]!;
  return new Command(input);
};

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

const toOurs = async ({ method, path, query, headers, body }: SdkRequest): Promise<HttpRequest> => ({
  method,
  path,
  query: Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value.map((each) => [name, each]) : [[name, value]]))
    .map(([name, value]) => (value === null ? encode(name) : `${encode(name)}=${encode(value)}`))
    .join('&'),
  headers: lowerCase(headers),
  body: body instanceof Readable ? await buffer(body) : Buffer.from(body ?? []),
  remoteAddress: '127.0.0.1',
  secure: false,
});

/** As the SDK's own HTTP handler does. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
