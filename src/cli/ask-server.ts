import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';

const timeoutMs = 60_000;

/**
 * Asks one of the server's own routes on the configured address.
 *
 * @throws {ConfigError} nobody answers there
 */
export const askServer = (
  config: Config,
  method: 'GET' | 'POST',
  path: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
    const options = {
      host,
      port: config.port,
      method,
      path,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      timeout: timeoutMs,
      agent: false,
    } as const;
    const outgoing =
      config.tls === 'off'
        ? requestPlain(options)
        : requestSecure({ ...options, servername: 'localhost', ca: trusted(config) });
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on('error', (cause) =>
      reject(new ConfigError(`no Bulwark answers on ${host}:${config.port}: ${cause.message}`, { cause })),
    );
    outgoing.end(body);
  });

const trusted = ({ tls, data }: Config): Buffer | undefined => {
  if (tls === 'generated') return readFileSync(join(data, 'tls', 'ca.pem'));
  return typeof tls === 'object' ? readFileSync(tls.certFile) : undefined;
};
