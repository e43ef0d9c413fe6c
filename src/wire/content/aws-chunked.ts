import { fault } from '../../kernel/fault.ts';
import type { HttpRequest } from '../http-message.ts';
import { isChecksumHeader, severalChecksums } from './verify-checksum.ts';

/** What a body in `aws-chunked` framing carries. */
export interface ChunkedContent {
  readonly body: Buffer;
  /** Names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Holds the signatures of chunks to the chain that begins with the request's own signature. */
export interface ChunkSignatures {
  /** @returns false when the signature is not the next one of the chain; chunks are asked about in their order, the empty last one too */
  isOfChunk(signature: string, chunk: Buffer): boolean;
  /** @param trailers `name:value` lines, each with a newline */
  isOfTrailers(signature: string, trailers: string): boolean;
}

/** True when the body is framed in chunks, as the request's `x-amz-content-sha256` says. */
export const isAwsChunked = ({ headers }: HttpRequest): boolean =>
  headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true;

/** True when each chunk has to be signed. */
export const hasSignedChunks = ({ headers }: HttpRequest): boolean =>
  /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?$/.test(headers['x-amz-content-sha256'] ?? '');

/**
 * Takes the `aws-chunked` framing off a body: `size[;chunk-signature=…]`, data, and after the empty last chunk the trailers
 * that `x-amz-trailer` announced: checksums alone, and none that a header has already, since nobody signs an unsigned
 * body's trailers. Parsed once per request: signatures are verified by whoever comes first.
 *
 * @param signatures absent where signatures are not verified: open mode, and chunks that have none
 * @throws {Fault} `IncompleteBody`, `InvalidChunkSizeError`, `InvalidRequest`, `MalformedTrailerError`,
 * `MissingContentLength`, `SignatureDoesNotMatch`
 * @see S3 API Reference: "Signature calculations: transferring payload in multiple chunks"
 */
export const dechunk = (request: HttpRequest, signatures?: ChunkSignatures): ChunkedContent => {
  let content = contents.get(request);
  if (content === undefined) {
    content = new ChunkParser(request, signatures).parse();
    contents.set(request, content);
  }
  return content;
};

const contents = new WeakMap<HttpRequest, ChunkedContent>();

/** Every chunk but the last has to have that much data. */
export const minChunkBytes = 8192;

/** Longest line of a chunk's size or a trailer. */
const maxLineBytes = 1024;

/** Most lines after the last chunk. */
const maxTrailers = 16;

class ChunkParser {
  readonly #request: HttpRequest;
  readonly #body: Buffer;
  readonly #signatures: ChunkSignatures | undefined;
  readonly #isSigned: boolean;
  #at = 0;

  constructor(request: HttpRequest, signatures: ChunkSignatures | undefined) {
    this.#request = request;
    this.#body = request.body;
    this.#signatures = signatures;
    this.#isSigned = hasSignedChunks(request);
  }

  parse(): ChunkedContent {
    const { headers } = this.#request;
    const decodedLength = headers['x-amz-decoded-content-length'];
    if (decodedLength === undefined || !/^\d{1,15}$/.test(decodedLength)) {
      throw fault('MissingContentLength', 'You must provide the Content-Length HTTP header.');
    }
    const chunks: Buffer[] = [];
    let length = 0;
    let previous = minChunkBytes;
    for (let chunk = this.#chunk(); chunk.length > 0; chunk = this.#chunk()) {
      if (previous < minChunkBytes) throw tooSmall(chunks.length, previous);
      previous = chunk.length;
      length += chunk.length;
      chunks.push(chunk);
    }
    const trailers = this.#trailers();
    if (length !== Number(decodedLength) || this.#at !== this.#body.length) throw incomplete();
    return { body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length), trailers };
  }

  /** One chunk's data; the last is empty, and its line end is the one that ends the trailers. */
  #chunk(): Buffer {
    const match = CHUNK_LINE.exec(this.#line());
    if (match === null || (match[2] !== undefined) !== this.#isSigned) throw incomplete();
    const size = Number.parseInt(match[1]!, 16);
    if (size > this.#body.length - this.#at) throw incomplete();
    const data = this.#body.subarray(this.#at, this.#at + size);
    this.#at += size;
    if (size > 0 && this.#line() !== '') throw incomplete();
    if (this.#isSigned && this.#signatures && !this.#signatures.isOfChunk(match[2]!, data)) {
      throw fault('SignatureDoesNotMatch');
    }
    return data;
  }

  #trailers(): Readonly<Record<string, string>> {
    const announced = announcedTrailers(this.#request);
    const trailers: Record<string, string> = Object.create(null);
    let signed = '';
    let signature: string | undefined;
    for (let count = 0; this.#at < this.#body.length; count++) {
      const line = this.#line();
      if (line === '') break;
      const match = TRAILER_LINE.exec(line);
      if (match === null || count === maxTrailers) throw malformedTrailer();
      const name = match[1]!.toLowerCase();
      if (name === 'x-amz-trailer-signature') {
        signature = match[2]!;
        continue;
      }
      if (name in trailers || !announced.includes(name) || signature !== undefined) throw malformedTrailer();
      trailers[name] = match[2]!;
      signed += `${name}:${match[2]}\n`;
    }
    if (announced.some((name) => !(name in trailers))) throw malformedTrailer();
    this.#verifyTrailers(signature, signed);
    return trailers;
  }

  #verifyTrailers(signature: string | undefined, signed: string): void {
    if (!this.#isSigned) {
      if (signature !== undefined) throw malformedTrailer();
      return;
    }
    if (signed === '') return;
    if (signature === undefined) throw malformedTrailer();
    if (this.#signatures && !this.#signatures.isOfTrailers(signature, signed)) throw fault('SignatureDoesNotMatch');
  }

  /** Up to the next line end, which is passed over. */
  #line(): string {
    const end = this.#body.indexOf('\r\n', this.#at, 'latin1');
    if (end === -1 || end - this.#at > maxLineBytes) throw incomplete();
    const line = this.#body.toString('latin1', this.#at, end);
    this.#at = end + 2;
    return line;
  }
}

const announcedTrailers = ({ headers }: HttpRequest): readonly string[] => {
  const names = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const announced = names.filter((name) => name !== '');
  if (!announced.every(isChecksumHeader)) {
    throw fault('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  if (announced.some((name) => headers[name] !== undefined)) throw severalChecksums();
  return announced;
};

const CHUNK_LINE = /^([0-9A-Fa-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/;
const TRAILER_LINE = /^([A-Za-z0-9-]+):[ \t]*([\x21-\x7e]*)[ \t]*\n?$/;

const incomplete = (): Error => fault('IncompleteBody', 'The request body terminated unexpectedly');

/** @param chunk its number, from 1 */
const tooSmall = (chunk: number, size: number): Error =>
  fault('InvalidChunkSizeError', 'Only the last chunk is allowed to have a size less than 8192 bytes', {
    members: { Chunk: chunk, BadChunkSize: size },
  });

const malformedTrailer = (): Error =>
  fault(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
