import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/** Milliseconds after which a server that does not answer counts as not ready. */
const timeoutMs = 2000;

/** What answered on the configured address. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The Date header: the server's real clock, in milliseconds; NaN where there is none. */
  readonly date: number;
}

/**
 * Asks one of the server's own routes, as a program on the same machine does.
 *
 * @throws {Error} nobody answers in time, it is no HTTP, or its certificate is not the configured one
 */
export const probe = (config: Config, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
    const options = { host, port: config.port, path, timeout: timeoutMs, agent: false } as const;
    const outgoing =
      config.tls === 'off'
        ? requestPlain(options)
        : requestSecure({ ...options, servername: 'localhost', ca: trustedBy(config) });
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, date: Date.parse(response.headers.date ?? '') }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end();
  });

const trustedBy = ({ tls, data }: Config): Buffer | undefined => {
  if (tls === 'generated') return readFileSync(join(data, 'tls', 'ca.pem'));
  return typeof tls === 'object' ? readFileSync(tls.certFile) : undefined;
};
