import type { Credentials } from '@aws-sdk/client-sts';
import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { SessionClaims } from '../../kernel/session-token.ts';
import { packedPolicySize } from './session-input.ts';
import type { AssumableRole, Sts } from './sts.ts';

/** A session that has begun, as answers show it. */
export interface BegunSession {
  readonly Credentials: Credentials;
  readonly PackedPolicySize?: number;
}

/**
 * Begins a session now.
 *
 * @throws {Fault} `PackedPolicyTooLarge`
 */
export const beginSession = (
  { sessionTokens }: Sts,
  claims: Omit<SessionClaims, 'issuedAt' | 'expiresAt'>,
  durationSeconds: number,
  now: Date,
): BegunSession => {
  const size = packedPolicySize(claims);
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expiresAt = issuedAt + durationSeconds;
  const session = sessionTokens.issue({ ...claims, issuedAt, expiresAt });
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(expiresAt * 1000),
    },
    ...(size !== undefined && { PackedPolicySize: size }),
  };
};

/** How long a role session lasts unless the request says it, in seconds. */
export const defaultRoleSeconds = 3600;

/** @throws {Fault} `ValidationError` for longer than the role allows */
export const requireWithinRole = (durationSeconds: number, { maxSessionSeconds }: AssumableRole): void => {
  if (durationSeconds > maxSessionSeconds) {
    throw fault('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
};

/** The part of the claims that says whose role it is. */
export const roleClaims = ({ account, roleName, roleId }: AssumableRole, sessionName: string) =>
  ({ kind: 'assumed-role', account, entityName: roleName, uniqueId: roleId, sessionName }) as const;

/** A role session as answers name it. */
export const assumedRoleUser = ({ account, roleName, roleId }: AssumableRole, sessionName: string) => ({
  AssumedRoleId: `${roleId}:${sessionName}`,
  Arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
});

/** @throws {Fault} `AccessDenied` for anybody but a user or root with long-term credentials */
export const requireLongTermCredentials = ({ kind, session }: Caller, operation: string): void => {
  if (session || (kind !== 'user' && kind !== 'root')) {
    throw fault('AccessDenied', `Cannot call ${operation} with session credentials`);
  }
};

/** How long sessions of users and federated users last unless the request says it, in seconds. */
export const defaultUserSeconds = 43_200;

/** Root gets an hour at most, however much it asks for. */
export const allowedUserSeconds = ({ kind }: Caller, seconds: number): number =>
  kind === 'root' ? Math.min(seconds, maxRootSeconds) : seconds;

const maxRootSeconds = 3600;

/** The part of the claims that ties a session to the user or root who asks, and to the key that signed. */
export const askerClaims = ({ userName, uniqueId, accessKeyId, unverified }: Caller) => ({
  ...(userName !== undefined && uniqueId !== undefined && { entityName: userName, uniqueId }),
  ...(unverified ? { unverified } : { parentAccessKeyId: accessKeyId! }),
});
