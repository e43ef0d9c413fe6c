import { hash } from 'node:crypto';
import { memberOf } from '../client/xml-member.ts';
import type { Config } from '../config.ts';
import { signRequest } from '../crypto/sign-request.ts';
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
  const { region, host, port } = config;
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', host: `${host}:${port}` };
  const request = { method: 'POST', path: '/', headers, bodyHash: hash('sha256', body) };
  const signed = signRequest(request, key, { region, service: 'sts' }, new Date());
  const { status, text } = await askServer(config, 'POST', '/', body, signed);
  if (status !== 200) throw new ConfigError(`${operation}: ${memberOf(text, 'Code')}: ${memberOf(text, 'Message')}`);
  return {
    AccessKeyId: memberOf(text, 'AccessKeyId'),
    SecretAccessKey: memberOf(text, 'SecretAccessKey'),
    SessionToken: memberOf(text, 'SessionToken'),
    Expiration: memberOf(text, 'Expiration'),
  };
};
