import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/** Milliseconds after which a server that does not answer counts as not ready. */
const timeoutMs = 2000;

/** `bulwark status`: for health checks of containers and people. */
export const statusCommand = async (config: Config): Promise<void> => {
  const text = await health(config).catch((error: Error) => `not ready: ${error.message}\n`);
  if (!text.startsWith('{')) process.exitCode = 1;
  process.stdout.write(text);
};

const health = (config: Config): Promise<string> =>
  new Promise((resolve, reject) => {
    const secure = config.tls !== 'off';
    const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
    const options = { host, port: config.port, path: '/_bulwark/health', timeout: timeoutMs };
    const outgoing = secure
      ? requestSecure({ ...options, servername: 'localhost', ca: trusted(config) })
      : requestPlain(options);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve(response.statusCode === 200 ? text : `not ready: HTTP ${response.statusCode}\n`),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end();
  });

const trusted = ({ tls, data }: Config): Buffer | undefined => {
  if (tls === 'generated') return readFileSync(join(data, 'tls', 'ca.pem'));
  return typeof tls === 'object' ? readFileSync(tls.certFile) : undefined;
};
