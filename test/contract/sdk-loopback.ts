import type { HttpRequest, HttpResponse } from '../../src/wire/http-message.ts';

/** Answers one request of an SDK client, in the same process and without a socket. */
export type Answer = (request: HttpRequest) => HttpResponse;

/** The parts of an SDK client package that these tests use. */
export interface SdkClient {
  send(command: object): Promise<Record<string, unknown>>;
}

/** A real SDK client whose requests go to `answer`. */
export const sdkLoopback = (
  sdk: object,
  clientName: string,
): { client: SdkClient; answerWith(answer: Answer): void } => {
  let answer: Answer | undefined;
  const Client = (sdk as Record<string, new (config: object) => SdkClient>)[`${clientName}Client`]!;
  const client = new Client({
    region: 'eu-west-2',
    endpoint: 'http://localhost:4566',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: SdkRequest) => {
        const response = answer!(toOurs(request));
        const body = Buffer.from(response.body);
        return { response: { statusCode: response.status, headers: lowerCase(response.headers), body } };
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
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const toOurs = ({ method, path, query, headers, body }: SdkRequest): HttpRequest => ({
  method,
  path,
  query: new URLSearchParams(query).toString(),
  headers: lowerCase(headers),
  body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(body ?? []),
  remoteAddress: '127.0.0.1',
  secure: false,
});

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
