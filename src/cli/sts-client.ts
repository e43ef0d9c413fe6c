import { createHmac, hash } from 'node:crypto';
import { memberOf } from '../client/xml-member.ts';
import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { askServer } from './ask-server.ts';

/** A long-term access key. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Temporary credentials, in the members that `credential_process` prints. */
export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  /** ISO 8601 */
  readonly Expiration: string;
}

/**
 * Asks the running server's STS for temporary credentials.
 *
 * @throws {ConfigError} nobody answers, or the server refuses; with its sentence
 */
export const callSts = async (
  config: Config,
  key: AccessKey,
  operation: 'AssumeRole' | 'GetSessionToken',
  input: Readonly<Record<string, string>>,
): Promise<SessionCredentials> => {
  const body = String(new URLSearchParams({ Action: operation, Version: '2011-06-15', ...input }));
  const { status, text } = await askServer(config, 'POST', '/', body, signed(config, key, body, new Date()));
  if (status !== 200) throw new ConfigError(`${operation}: ${memberOf(text, 'Code')}: ${memberOf(text, 'Message')}`);
  return {
    AccessKeyId: memberOf(text, 'AccessKeyId'),
    SecretAccessKey: memberOf(text, 'SecretAccessKey'),
    SessionToken: memberOf(text, 'SessionToken'),
    Expiration: memberOf(text, 'Expiration'),
  };
};

/** The headers of a signed request. @see AWS: "Create a signed AWS API request" */
const signed = (
  { region, host, port }: Config,
  { accessKeyId, secretAccessKey }: AccessKey,
  body: string,
  at: Date,
): Readonly<Record<string, string>> => {
  const timestamp = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Readonly<Record<string, string>> = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host: `${host}:${port}`,
    'x-amz-date': timestamp,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = ['POST', '/', '', lines, names.join(';'), hash('sha256', body)].join('\n');
  const scope = [timestamp.slice(0, 8), region, 'sts', 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), hash('sha256', canonical)].join('\n');
  const signingKey = scope.reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const signature = createHmac('sha256', signingKey).update(toSign).digest('hex');
  const credential = `${accessKeyId}/${scope.join('/')}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
};
