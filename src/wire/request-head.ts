import { findHeaderName, isFieldValue } from './header-field.ts';

/** Headers as {@link HttpRequest} has them. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** A request up to its body. */
export interface RequestHead {
  readonly method: string;
  /** Path of the request target, still percent-encoded. */
  readonly path: string;
  /** Query of the request target without `?`, still percent-encoded. */
  readonly query: string;
  readonly headers: Headers;
  /** Length of the body that follows; `chunked` where it tells itself when it ends. */
  readonly bodyBytes: number | 'chunked';
  /** Of the version: HTTP/1.0 or HTTP/1.1. */
  readonly minor: number;
  /** False where the connection is to end after the answer. */
  readonly keepAlive: boolean;
}

/**
 * Parses request heads in HTTP/1.1's one canonical form (RFC 9112 §3, §5): whatever two readers could understand in two
 * ways is refused, none of its leniencies is offered. One parser serves one connection: what a client sends in every request
 * is parsed once. Docs: docs/decisions/0003-hot-path.md
 */
export class HeadParser {
  readonly #maxHeaderCount: number;
  /** The lines of an earlier head of this connection; none that is longer than `longestKnownHead`. */
  #known: KnownLines | undefined;

  constructor(maxHeaderCount: number) {
    this.#maxHeaderCount = maxHeaderCount;
  }

  /**
   * @param head latin1 text of all lines with their ends, without the empty line that follows them
   * @returns the status to refuse it with: 431 too many headers, 400 anything else
   */
  parse(head: string): RequestHead | 400 | 431 {
    const known = this.#known;
    const line = known && isAt(head, 0, known.request.text) ? known.request : parseRequestLine(head);
    if (!line) return 400;
    const lines = known?.headers ?? noLines;
    const headers = new OwnProperties();
    let count = 0;
    let repeated = 0;
    for (let at = line.text.length; at < head.length; count++) {
      const before = lines[count];
      const repeats = before !== undefined && isAt(head, at, before.text);
      const header = repeats ? before : parseHeader(head, at);
      if (!header || !enter(headers, header)) return 400;
      if (count === this.#maxHeaderCount) return 431;
      if (repeats) repeated++;
      at += header.text.length;
    }
    if (headers.host === undefined && line.minor === 1) return 400;
    const bodyBytes = bodyBytesOf(headers, line.minor);
    if (bodyBytes === undefined) return 400;
    if (repeated * 2 < count && head.length <= longestKnownHead) this.#known = linesOf(head);
    const { method, path, query, minor } = line;
    return { method, path, query, headers, bodyBytes, minor, keepAlive: keepsAlive(headers, minor) };
  }

  /** Lets go of what it remembers of the connection. */
  forget(): void {
    this.#known = undefined;
  }
}

/** A line with its end, and what it says. */
interface RequestLine {
  readonly text: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly minor: number;
}

interface HeaderLine {
  readonly text: string;
  /** In lower case. */
  readonly name: string;
  readonly value: string;
}

/** INVARIANT: all of one head, whose text they share: a connection holds on to one head, however its lines come and go. */
interface KnownLines {
  readonly request: RequestLine;
  readonly headers: readonly HeaderLine[];
}

/** As `startsWith`, which looks at one character after the other: four times as fast. */
const isAt = (head: string, at: number, line: string): boolean => head.slice(at, at + line.length) === line;

const noLines: readonly HeaderLine[] = [];
/** In characters. */
const longestKnownHead = 2048;

/** @param head one that was parsed */
const linesOf = (head: string): KnownLines => {
  const request = parseRequestLine(head)!;
  const headers: HeaderLine[] = [];
  for (let at = request.text.length; at < head.length; at += headers.at(-1)!.text.length) {
    headers.push(parseHeader(head, at)!);
  }
  return { request, headers };
};

/**
 * True where bytes can no longer become a request head, though its end has not come: another protocol on this port, or bare
 * line feeds.
 *
 * @param start latin1 text of what came so far
 */
export const isNoHead = (start: string): boolean => {
  if (noLine.test(start)) return true;
  return start.includes('\r\n') && !parseRequestLine(start);
};

/** Control characters, and line ends that are not both characters. */
const noLine = /[^\t\r\n\x20-\x7e\x80-\xff]|(?:^|[^\r])\n|\r[^\n]/;

/** The methods of AWS's APIs and of browsers; no CONNECT, no TRACE. */
const requestLine = /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS) ([\x21-\x7e]+) HTTP\/1\.([01])$/;

/** @param start the beginning of a head, with the end of its first line */
const parseRequestLine = (start: string): RequestLine | undefined => {
  const end = start.indexOf('\r\n');
  const parts = requestLine.exec(start.slice(0, end));
  const target = parts ? splitTarget(parts[2]!) : undefined;
  if (!parts || !target) return undefined;
  return { text: start.slice(0, end + 2), method: parts[1]!, ...target, minor: parts[3] === '1' ? 1 : 0 };
};

/**
 * An object that inherits nothing, so that `constructor` and `__proto__` are headers like any other. Unlike an object of
 * `Object.create(null)` it has a hidden class, which makes it twice as fast to fill and to read.
 */
class OwnProperties {
  [name: string]: string;
}
Object.setPrototypeOf(OwnProperties.prototype, null);
Reflect.deleteProperty(OwnProperties.prototype, 'constructor');

/** @param at where the line begins; its end is there */
const parseHeader = (head: string, at: number): HeaderLine | undefined => {
  const end = head.indexOf('\r\n', at);
  const colon = head.indexOf(':', at);
  if (colon === -1 || colon >= end) return undefined;
  const name = findHeaderName(head.slice(at, colon));
  const value = trim(head, colon + 1, end);
  if (name === undefined || !isFieldValue(value)) return undefined;
  return { text: head.slice(at, end + 2), name, value };
};

/** @returns false where the header must not come twice */
const enter = (headers: Record<string, string>, { name, value }: HeaderLine): boolean => {
  const earlier = headers[name];
  if (earlier !== undefined && single.has(name)) return false;
  headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  return true;
};

const trim = (head: string, from: number, to: number): string => {
  let start = from;
  let end = to;
  while (start < end && isBlank(head.charCodeAt(start))) start += 1;
  while (end > start && isBlank(head.charCodeAt(end - 1))) end -= 1;
  return head.slice(start, end);
};

const isBlank = (charCode: number): boolean => charCode === 0x20 || charCode === 0x09;

/** Two readers of one request must never see two different values of these. */
const single = new Set([
  'authorization',
  'content-length',
  'content-type',
  'date',
  'host',
  'transfer-encoding',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
]);

/** RFC 9112 §6: a length or chunks, never both. @returns undefined for anything that frames a body in another way */
const bodyBytesOf = (headers: Headers, minor: number): number | 'chunked' | undefined => {
  const length = headers['content-length'];
  const encoding = headers['transfer-encoding'];
  if (encoding !== undefined) {
    return length === undefined && minor === 1 && encoding.toLowerCase() === 'chunked' ? 'chunked' : undefined;
  }
  if (length === undefined) return 0;
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
};

/** RFC 9112 §9.3 */
const keepsAlive = ({ connection }: Headers, minor: number): boolean => {
  if (connection === undefined) return minor === 1;
  const options = connection.toLowerCase().split(/[\t ]*,[\t ]*/);
  return minor === 1 ? !options.includes('close') : options.includes('keep-alive');
};

/** Splits a request target in origin form or absolute form (RFC 9112 §3.2); undefined for any other. */
export const splitTarget = (target: string): { readonly path: string; readonly query: string } | undefined => {
  const from = target.startsWith('/') ? target : absoluteForm.exec(target)?.[1];
  if (from === undefined) return undefined;
  const mark = from.indexOf('?');
  if (mark === -1) return { path: from || '/', query: '' };
  return { path: from.slice(0, mark) || '/', query: from.slice(mark + 1) };
};

const absoluteForm = /^https?:\/\/[^/?#]+((?:[/?].*)?)$/i;
