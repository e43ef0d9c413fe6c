import type { GetSessionTokenCommandInput, GetSessionTokenCommandOutput } from '@aws-sdk/client-sts';
import type { Caller } from '../../../kernel/caller.ts';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import type { SessionClaims } from '../../../kernel/session-token.ts';
import type { Sts } from '../sts.ts';

type GetSessionToken = Operation<
  'GetSessionToken',
  Input<GetSessionTokenCommandInput>,
  Output<GetSessionTokenCommandOutput>
>;

/**
 * Gives a user or root temporary credentials with the same permissions. Policies have no say.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export const getSessionToken = ({ sessionTokens }: Sts): GetSessionToken => ({
  name: 'GetSessionToken',
  access: (_input, { account }) => ({ resource: anyResource(account), alwaysAllowed: true }),
  handle: ({ DurationSeconds = defaultDurationSeconds, SerialNumber, TokenCode }, _resource, { caller, now }) => {
    requireLongTermCredentials(caller);
    if (SerialNumber !== undefined || TokenCode !== undefined) throw fault('AccessDenied', unknownMfaDevice);
    const issuedAt = Math.floor(now.getTime() / 1000);
    const expiresAt = issuedAt + allowedDuration(caller, DurationSeconds);
    const session = sessionTokens.issue({ ...claimsOf(caller), issuedAt, expiresAt });
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: new Date(expiresAt * 1000),
      },
    };
  },
});

const requireLongTermCredentials = ({ kind, session }: Caller): void => {
  if (session || (kind !== 'user' && kind !== 'root')) {
    throw fault('AccessDenied', 'Cannot call GetSessionToken with session credentials');
  }
};

/** Root gets an hour at most, however much it asks for. */
const allowedDuration = ({ kind }: Caller, seconds: number): number =>
  kind === 'root' ? Math.min(seconds, maxRootDurationSeconds) : seconds;

const claimsOf = ({ kind, account, userName, uniqueId, accessKeyId, unverified }: Caller): SessionIdentity => ({
  kind: kind as SessionClaims['kind'],
  account,
  ...(userName !== undefined && uniqueId !== undefined && { entityName: userName, uniqueId }),
  ...(unverified ? { unverified } : { parentAccessKeyId: accessKeyId! }),
});

type SessionIdentity = Omit<SessionClaims, 'issuedAt' | 'expiresAt'>;

const defaultDurationSeconds = 43_200;
const maxRootDurationSeconds = 3600;

const unknownMfaDevice =
  'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.';
