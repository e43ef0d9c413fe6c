import { findHeaderName, isFieldValue } from './header-field.ts';
import type { HttpResponse } from './http-message.ts';

/**
 * The head of an answer, as latin1 text with the empty line that ends it.
 *
 * @param bodyBytes length of the body
 * @param keepAliveSeconds how long the client may reuse the connection; undefined: the connection ends with this answer
 * @throws {TypeError} a header that HTTP cannot carry
 */
export const formatHead = (
  { status, headers }: HttpResponse,
  bodyBytes: number,
  keepAliveSeconds: number | undefined,
): string => {
  let head = `HTTP/1.1 ${status} ${reasons[status] ?? ''}\r\n`;
  for (const name in headers) {
    const value = headers[name]!;
    if (findHeaderName(name) === undefined || !isFieldValue(value))
      throw new TypeError(`HTTP cannot carry the header ${name}`);
    head += `${name}: ${value}\r\n`;
  }
  // RFC 9110 §8.6: these answers have no body, and no length of one.
  if (status !== 204 && status !== 304) head += `Content-Length: ${bodyBytes}\r\n`;
  const connection = keepAliveSeconds === undefined ? 'close' : `keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}`;
  return `${head}Date: ${httpDate()}\r\nConnection: ${connection}\r\n\r\n`;
};

let second = 0;
let date = '';

/** The Date header (RFC 9110 §6.6.1), by which clients correct their clocks: of the real clock, made once a second. */
const httpDate = (): string => {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    date = new Date(now * 1000).toUTCString();
  }
  return date;
};

/** RFC 9110 §15; of others the number says enough. */
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
