import { hash, timingSafeEqual } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../wire/http-message.ts';
import { json } from './responses.ts';
import type { RoleSession } from './role-credentials.ts';

/** Where SDKs are pointed by `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
export const containerPath = '/v2/credentials/role';

/**
 * The credentials endpoint of containers: the role's credentials to whoever sends the authorization token.
 *
 * @param token as `AWS_CONTAINER_AUTHORIZATION_TOKEN` has it
 * @see AWS SDKs: "Container credential provider"
 */
export const containerCredentials =
  (roleArn: string, token: string, session: Pick<RoleSession, 'get'>) =>
  async ({ method, headers }: HttpRequest): Promise<HttpResponse> => {
    if (method !== 'GET') return json(405, { code: 'MethodNotAllowed', message: 'GET only' });
    if (!isSame(headers.authorization ?? '', token)) {
      return json(401, { code: 'Unauthorized', message: 'The authorization token is not valid.' });
    }
    const given = await session.get();
    if ('fault' in given) return json(400, { code: given.fault.code, message: given.fault.message });
    return json(200, {
      RoleArn: roleArn,
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      Token: given.sessionToken,
      Expiration: given.expiration.toISOString(),
    });
  };

/** Hashes have one length, so the comparison tells nothing of the token's. */
const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
