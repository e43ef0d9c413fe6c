import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { signRequest } from '../src/crypto/sign-request.ts';

/** What a request to {@link S3Server} is signed with. */
export const s3Key = { accessKeyId: 'AKIAS3SERVER', secretAccessKey: 's3-server-secret' };

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  modified: Date;
}

/** Few, so that a listing has several pages. */
const keysPerPage = 3;
const minPartBytes = 5 * 1024 * 1024;

/** One bucket of an S3-compatible server: objects, ranges, listings, multipart uploads, and signatures that are checked. */
export class S3Server {
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, { readonly name: string; readonly parts: Map<number, Stored> }>();
  readonly #server: Server;
  /** Answers this many requests with 503 first. */
  failures = 0;
  /** The most bytes that one request carried. */
  largestBody = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<S3Server> {
    const server = new S3Server();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    this.largestBody = Math.max(this.largestBody, body.length);
    const refuse = (status: number, code: string): void => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(
        `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>refused &amp; meant so</Message></Error>`,
      );
    };
    if (this.failures > 0) {
      this.failures--;
      return refuse(503, 'SlowDown');
    }
    if (!isSigned(request, body)) return refuse(403, 'SignatureDoesNotMatch');
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const [, bucket, ...segments] = pathname.split('/');
    if (bucket !== 'bucket') return refuse(404, 'NoSuchBucket');
    const name = decodeURIComponent(segments.join('/'));
    const uploadId = searchParams.get('uploadId');
    const stored = this.objects.get(name);
    if (request.method === 'GET' && name === '') return this.#list(searchParams, response);
    if (request.method === 'GET') return stored ? sendRange(request, response, stored) : refuse(404, 'NoSuchKey');
    if (request.method === 'DELETE') {
      if (uploadId === null) this.objects.delete(name);
      else this.uploads.delete(uploadId);
      response.writeHead(204).end();
      return;
    }
    if (request.method === 'PUT') {
      const put = objectOf(body);
      if (uploadId === null) this.objects.set(name, put);
      else this.uploads.get(uploadId)!.parts.set(Number(searchParams.get('partNumber')), put);
      response.writeHead(200, { etag: put.etag }).end();
      return;
    }
    if (searchParams.has('uploads')) {
      const id = `upload-${this.uploads.size + 1}`;
      this.uploads.set(id, { name, parts: new Map() });
      response.end(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
      return;
    }
    const upload = this.uploads.get(uploadId ?? '');
    const parts = [...(upload?.parts.values() ?? [])];
    const named = [...body.toString().matchAll(/<ETag>(.*?)<\/ETag>/g)].map(([, etag]) => etag);
    // As S3 does: the status is sent before it is known whether the upload can be completed.
    response.writeHead(200, { 'content-type': 'application/xml' });
    if (
      parts.slice(0, -1).some((part) => part.body.length < minPartBytes) ||
      named.join() !== parts.map(({ etag }) => etag).join()
    ) {
      response.end('<Error><Code>InvalidPart</Code></Error>');
      return;
    }
    this.objects.set(name, objectOf(Buffer.concat(parts.map((part) => part.body))));
    this.uploads.delete(uploadId ?? '');
    response.end('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const after = query.get('continuation-token') ?? '';
    const names = [...this.objects.keys()]
      .filter((name) => name.startsWith(query.get('prefix') ?? '') && name > after)
      .sort();
    const page = names.slice(0, keysPerPage);
    const contents = page.map((name) => {
      const { body, modified } = this.objects.get(name)!;
      return `<Contents><Key>${name}</Key><LastModified>${modified.toISOString()}</LastModified><Size>${body.length}</Size></Contents>`;
    });
    const next = names.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    response.end(`<ListBucketResult>${contents.join('')}${next}</ListBucketResult>`);
  }
}

const objectOf = (body: Buffer): Stored => ({
  body,
  etag: `"${createHash('md5').update(body).digest('hex')}"`,
  modified: new Date(),
});

const sendRange = (request: IncomingMessage, response: ServerResponse, { body, etag }: Stored): void => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag) {
    response.writeHead(412).end();
    return;
  }
  if (Number(from) >= body.length) {
    response.writeHead(416).end();
    return;
  }
  const piece = body.subarray(Number(from), Number(to) + 1);
  const end = Number(from) + piece.length - 1;
  response.writeHead(206, { etag, 'content-range': `bytes ${from}-${end}/${body.length}` }).end(piece);
};

const isSigned = (request: IncomingMessage, body: Buffer): boolean => {
  const { authorization = '', 'x-amz-date': date, 'x-amz-content-sha256': claimed } = request.headers;
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  if (claimed !== bodyHash || typeof date !== 'string') return false;
  const at = new Date(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const [path, query] = request.url!.split('?');
  const again = signRequest(
    {
      method: request.method!,
      path: path!,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: Object.fromEntries(names.map((name) => [name, String(request.headers[name])])),
      bodyHash,
    },
    s3Key,
    { region: 'us-east-1', service: 's3' },
    at,
  );
  return again.authorization === authorization && Math.abs(Date.now() - at.getTime()) < 60_000;
};
