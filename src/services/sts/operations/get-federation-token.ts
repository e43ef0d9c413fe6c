import type { GetFederationTokenCommandInput, GetFederationTokenCommandOutput } from '@aws-sdk/client-sts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { tagRecordConditions } from '../../../kernel/request-tags.ts';
import { sessionPolicies, sessionTags } from '../session-input.ts';
import {
  allowedUserSeconds,
  askerClaims,
  beginSession,
  defaultUserSeconds,
  requireLongTermCredentials,
} from '../sessions.ts';
import type { Sts } from '../sts.ts';

type GetFederationToken = Operation<
  'GetFederationToken',
  Input<GetFederationTokenCommandInput>,
  Output<GetFederationTokenCommandOutput>,
  readonly Resource[]
>;

/**
 * Gives a user's or root's broker credentials for somebody else, who may do what the session policies and the caller's
 * own policies both allow; without session policies nothing but what resource policies grant by name.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
export const getFederationToken = (sts: Sts): GetFederationToken => ({
  name: 'GetFederationToken',
  access: (input, { account, caller }) => {
    requireLongTermCredentials(caller, 'GetFederationToken');
    const resource = { arn: federatedUserArn(account, input.Name), account };
    const tags = sessionTags(input);
    const conditions = tagRecordConditions(tags);
    const tagging = Object.keys(tags).length > 0 ? [{ action: 'sts:TagSession', resource, conditions }] : [];
    return [{ resource, conditions }, ...tagging];
  },
  handle: (input, _resources, { tx, account, caller, now }) => {
    const policies = sessionPolicies(input, account, sts, tx);
    const tags = sessionTags(input);
    const claims = {
      kind: 'federated-user',
      account,
      sessionName: input.Name,
      ...askerClaims(caller),
      ...(policies && { policies }),
      ...(Object.keys(tags).length > 0 && { tags }),
    } as const;
    const seconds = allowedUserSeconds(caller, input.DurationSeconds ?? defaultUserSeconds);
    return {
      ...beginSession(sts, claims, seconds, now),
      FederatedUser: { FederatedUserId: `${account}:${input.Name}`, Arn: federatedUserArn(account, input.Name) },
    };
  },
});

const federatedUserArn = (account: string, name: string): string => `arn:aws:sts::${account}:federated-user/${name}`;
