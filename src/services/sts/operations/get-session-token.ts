import type { GetSessionTokenCommandInput, GetSessionTokenCommandOutput } from '@aws-sdk/client-sts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import {
  allowedUserSeconds,
  askerClaims,
  beginSession,
  defaultUserSeconds,
  requireLongTermCredentials,
} from '../sessions.ts';
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
export const getSessionToken = (sts: Sts): GetSessionToken => ({
  name: 'GetSessionToken',
  access: (_input, { account }) => ({ resource: anyResource(account), alwaysAllowed: true }),
  handle: (input, _resource, { tx, caller, now }) => {
    requireLongTermCredentials(caller, 'GetSessionToken');
    const withMfa = input.SerialNumber !== undefined || input.TokenCode !== undefined;
    if (withMfa) sts.requireMfa(tx, caller, input, now);
    const seconds = allowedUserSeconds(caller, input.DurationSeconds ?? defaultUserSeconds);
    const claims = {
      kind: caller.kind === 'root' ? 'root' : 'user',
      account: caller.account,
      ...askerClaims(caller),
      ...(withMfa && { mfaAuthenticatedAt: Math.floor(now.getTime() / 1000) }),
    } as const;
    return { Credentials: beginSession(sts, claims, seconds, now).Credentials };
  },
});
