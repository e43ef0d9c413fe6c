import { gunzipSync } from 'node:zlib';
import { fault } from '../../kernel/fault.ts';
import type { HttpRequest } from '../http-message.ts';

/** What a compressed body may grow to. The largest body that AWS takes uncompressed (recorded on STS). */
export const maxInflatedBytes = 10_000_000;

/**
 * A request's body without its `Content-Encoding`: plain or gzip (request compression). Inflated once per request.
 *
 * @throws {Fault} `Serialization` for another encoding or what is no gzip; `RequestEntityTooLarge` beyond
 * {@link maxInflatedBytes}, before more memory is taken
 */
export const inflatedBody = (request: HttpRequest): Buffer => {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity' || encoding === '') return request.body;
  let body = inflated.get(request);
  if (body === undefined) {
    body = inflate(request.body, encoding);
    inflated.set(request, body);
  }
  return body;
};

const inflated = new WeakMap<HttpRequest, Buffer>();

const inflate = (body: Buffer, encoding: string): Buffer => {
  if (encoding.trim().toLowerCase() !== 'gzip') {
    throw fault('Serialization', `Unsupported Content-Encoding: ${encoding.slice(0, 128)}`);
  }
  try {
    return gunzipSync(body, { maxOutputLength: maxInflatedBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw fault('RequestEntityTooLarge');
    throw fault('Serialization', 'The body is not valid gzip', { cause });
  }
};
