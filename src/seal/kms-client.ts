import { hash } from 'node:crypto';
import { signRequest } from '../crypto/sign-request.ts';
import type { KmsSettings } from './method.ts';
import { SealError, WrongSecret } from './seal-error.ts';

/** The HTTP modules take 9 MB, so they are loaded where a KMS is asked. */
const builtin = process.getBuiltinModule;

const timeoutMs = 10_000;
const attempts = 3;
const maxAnswerBytes = 65_536;

/**
 * Calls one operation of a KMS: AWS JSON 1.1 over HTTPS, signed with SigV4.
 *
 * @throws {SealError} it cannot be reached, or refuses; {@link WrongSecret} where it says that the ciphertext is not its own
 */
export const callKms = async (
  settings: KmsSettings,
  operation: 'Encrypt' | 'Decrypt' | 'DescribeKey' | 'GenerateMac',
  input: object,
): Promise<Readonly<Record<string, unknown>>> => {
  const url = endpointOf(settings);
  const body = JSON.stringify(input);
  for (let attempt = 1; ; attempt++) {
    try {
      const { status, text } = await post(url, signed(settings, url, operation, body), body, settings.ca);
      if (status === 200) return JSON.parse(text) as Record<string, unknown>;
      if (status < 500 || attempt === attempts) throw refusal(status, text, settings.keyArn);
    } catch (cause) {
      if (cause instanceof SealError) throw cause;
      if (attempt === attempts)
        throw new SealError(`the KMS at ${url.origin} cannot be reached: ${(cause as Error).message}`, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
  }
};

const regionOf = (keyArn: string): string => keyArn.split(':')[3] ?? '';

const endpointOf = ({ endpoint, keyArn }: KmsSettings): URL => {
  const url = new URL(endpoint ?? `https://kms.${regionOf(keyArn)}.amazonaws.com`);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  // Keys cross this connection.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))
    throw new SealError(`${url.origin}: the endpoint of a KMS on another machine must begin with https://`);
  return url;
};

const post = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  ca: string | undefined,
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, timeout: timeoutMs, agent: false };
    const outgoing =
      url.protocol === 'https:'
        ? builtin('node:https').request(url, { ...options, ...(ca !== undefined && { ca }) })
        : builtin('node:http').request(url, options);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > maxAnswerBytes) outgoing.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const refusal = (status: number, text: string, keyArn: string): SealError => {
  const { __type, message, Message } = parsed(text);
  const code = String(__type ?? `HTTP ${status}`).replace(/^.*#/, '');
  const sentence = `${keyArn}: ${code}${message || Message ? `: ${message ?? Message}` : ''}`;
  const wrong = ['InvalidCiphertextException', 'IncorrectKeyException'].includes(code);
  return wrong
    ? new WrongSecret(`the KMS key is not the one that this data directory was sealed with (${sentence})`, { code })
    : new SealError(`the KMS refuses: ${sentence}`, { code });
};

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const signed = (settings: KmsSettings, url: URL, operation: string, body: string): Record<string, string> => {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-target': `TrentService.${operation}`,
  };
  const request = { method: 'POST', path: '/', headers, bodyHash: hash('sha256', body) };
  return signRequest(request, settings, { region: regionOf(settings.keyArn), service: 'kms' }, new Date());
};
