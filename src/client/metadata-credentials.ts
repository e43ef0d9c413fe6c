import { readFileSync } from 'node:fs';
import { ClientError, Unreachable } from './client-error.ts';
import type { Credentials } from './credentials.ts';
import { type ClientAnswer, type ClientRequest, sendRequest } from './http-request.ts';

type Texts = Readonly<Record<string, string | undefined>>;

/** What answers on this machine answers at once. */
const timeoutMs = 1000;

/**
 * The credentials of a container, where the environment names their endpoint.
 *
 * @throws {ClientError} it does not give any
 * @see AWS SDKs: "Container credential provider"
 */
export const containerCredentials = async (environment: Texts): Promise<Credentials | undefined> => {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = environment;
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: inline } = environment;
  const place = relative ? `http://169.254.170.2${relative}` : full;
  if (!place) return undefined;
  const authorization = file ? readFileSync(file, 'utf8').trim() : inline;
  const url = new URL(place);
  const answer = await sendRequest({ method: 'GET', url, headers: authorization ? { authorization } : {}, timeoutMs });
  return given(url, answer);
};

/**
 * The credentials of the instance's role, by IMDSv2; undefined where there is no such service.
 *
 * @throws {ClientError} it is there and does not give any
 * @see AWS SDKs: "IMDS credential provider"
 */
export const instanceCredentials = async (environment: Texts): Promise<Credentials | undefined> => {
  if (environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const base = environment.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254';
  const ask = (
    path: string,
    headers: Readonly<Record<string, string>>,
    method: ClientRequest['method'] = 'GET',
  ): Promise<ClientAnswer> => sendRequest({ method, url: new URL(path, base), headers, timeoutMs });
  try {
    const token = await ask('/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }, 'PUT');
    if (token.status !== 200) return undefined;
    const headers = { 'x-aws-ec2-metadata-token': token.text };
    const path = '/latest/meta-data/iam/security-credentials/';
    const role = await ask(path, headers);
    if (role.status !== 200) return undefined;
    return given(new URL(path, base), await ask(`${path}${role.text.trim()}`, headers));
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
};

const given = (url: URL, { status, text }: ClientAnswer): Credentials => {
  if (status !== 200) throw new ClientError(`${url.origin}${url.pathname} gives no credentials: HTTP ${status}`);
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(text) as Record<string, string>;
  if (!AccessKeyId || !SecretAccessKey) throw new ClientError(`${url.origin}${url.pathname} gives no credentials`);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(Token && { sessionToken: Token }),
    ...(Expiration && { expiresAt: new Date(Expiration) }),
  };
};
