import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { obstacleOf, obstacleText, requestTo, stranger } from './reaching.ts';

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
    const outgoing = requestTo(config, {
      method,
      path,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      timeout: timeoutMs,
    });
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on('error', (cause) => reject(new ConfigError(obstacleText(obstacleOf(config, cause)), { cause })));
    outgoing.end(body);
  });

/**
 * What a server of ours said, as JSON.
 *
 * @throws {ConfigError} it is none of ours
 */
export const parseAnswer = <T extends object>(config: Config, text: string): T => {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new ConfigError(obstacleText(stranger(config)), { cause });
  }
};
