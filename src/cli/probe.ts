import type { Config } from '../config.ts';
import { requestTo } from './reaching.ts';

/** Milliseconds after which a server that does not answer counts as not ready. */
const timeoutMs = 2000;

/** What answered on the configured address. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** What the text says, where it is a JSON object. */
  readonly said: Readonly<Record<string, unknown>>;
  /** The Date header: the server's real clock, in milliseconds; NaN where there is none. */
  readonly date: number;
}

/**
 * Asks one of the server's own routes.
 *
 * @throws {Error} nobody answers in time, it is no HTTP, or its certificate is not the configured one
 */
export const probe = (config: Config, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = requestTo(config, { path, timeout: timeoutMs });
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text,
          said: objectIn(text),
          date: Date.parse(response.headers.date ?? ''),
        }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end();
  });

const objectIn = (text: string): Answer['said'] => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
};
