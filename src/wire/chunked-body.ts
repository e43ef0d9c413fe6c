import type { IncomingBody } from './read-body.ts';

/** Longest line that announces a chunk; its extensions mean nothing to us. */
const maxLineBytes = 1024;
/** Longest trailer section; it is dropped. */
const maxTrailerBytes = 8192;

/** Takes the chunked transfer coding off a body (RFC 9112 §7.1), strictly: a size, CRLF, that many bytes, CRLF. */
export class ChunkedBody {
  readonly #body: IncomingBody;
  #reading: 'size' | 'data' | 'data end' | 'trailer' | 'nothing' = 'size';
  #chunkBytes = 0;
  #trailerBytes = 0;

  constructor(body: IncomingBody) {
    this.#body = body;
  }

  get ended(): boolean {
    return this.#reading === 'nothing';
  }

  /** @returns how many bytes were used; the others are to be given again, with more. Undefined: this is no chunked coding */
  read(bytes: Buffer): number | undefined {
    let at = 0;
    while (at < bytes.length && !this.ended && !this.#body.isEndless) {
      const used = this.#step(bytes.subarray(at));
      if (used === undefined) return undefined;
      if (used === 0) break;
      at += used;
    }
    return at;
  }

  #step(bytes: Buffer): number | undefined {
    if (this.#reading === 'data') return this.#data(bytes);
    if (this.#reading === 'data end') return this.#dataEnd(bytes);
    const lineEnd = bytes.indexOf('\r\n');
    if (lineEnd === -1 ? bytes.length > maxLineBytes || bytes.includes('\n') : lineEnd > maxLineBytes) return undefined;
    if (lineEnd === -1) return 0;
    const line = bytes.toString('latin1', 0, lineEnd);
    const isLine = this.#reading === 'size' ? this.#size(line) : this.#trailer(line);
    return isLine ? lineEnd + 2 : undefined;
  }

  #size(line: string): boolean {
    const size = chunkSize.exec(line)?.[1];
    if (size === undefined) return false;
    this.#chunkBytes = Number.parseInt(size, 16);
    this.#reading = this.#chunkBytes === 0 ? 'trailer' : 'data';
    return true;
  }

  #data(bytes: Buffer): number {
    const piece = bytes.length > this.#chunkBytes ? bytes.subarray(0, this.#chunkBytes) : bytes;
    this.#body.add(piece);
    this.#chunkBytes -= piece.length;
    if (this.#chunkBytes === 0) this.#reading = 'data end';
    return piece.length;
  }

  #dataEnd(bytes: Buffer): number | undefined {
    if (bytes[0] !== 0x0d || (bytes.length > 1 && bytes[1] !== 0x0a)) return undefined;
    if (bytes.length < 2) return 0;
    this.#reading = 'size';
    return 2;
  }

  #trailer(line: string): boolean {
    if (line === '') this.#reading = 'nothing';
    this.#trailerBytes += line.length + 2;
    return line === '' || (this.#trailerBytes <= maxTrailerBytes && trailerField.test(line));
  }
}

/** A size, and extensions without the blanks that RFC 9112 §7.1.1 only calls bad. */
const chunkSize =
  /^([0-9A-Fa-f]{1,8})(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]*"))?)*$/;
/** RFC 9110 §6.5.1: a trailer that would frame or route the message again is refused, the others are dropped. */
const trailerField =
  /^(?!(?:content-length|transfer-encoding|host):)[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/i;
