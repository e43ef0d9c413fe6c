import type { GetWebIdentityTokenCommandInput, GetWebIdentityTokenCommandOutput } from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { sessionTagConditions, sessionTags } from '../session-input.ts';

type GetWebIdentityToken = Operation<
  'GetWebIdentityToken',
  Input<GetWebIdentityTokenCommandInput>,
  Output<GetWebIdentityTokenCommandOutput>
>;

/**
 * Would sign a token by which the caller shows a third party who it is. Accounts of this server have no issuer whose keys
 * a third party could fetch, so outbound federation is disabled in all of them.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export const getWebIdentityToken: GetWebIdentityToken = {
  name: 'GetWebIdentityToken',
  access: (input, { account }) => ({
    resource: anyResource(account),
    conditions: {
      'sts:IdentityTokenAudience': input.Audience,
      'sts:SigningAlgorithm': input.SigningAlgorithm,
      'sts:DurationSeconds': String(input.DurationSeconds ?? defaultSeconds),
      ...sessionTagConditions(sessionTags(input)),
    },
  }),
  handle: () => {
    throw fault(
      'OutboundWebIdentityFederationDisabledException',
      'Outbound web identity federation is disabled for this account.',
    );
  },
};

const defaultSeconds = 300;
