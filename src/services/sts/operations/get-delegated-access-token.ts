import type { GetDelegatedAccessTokenCommandInput, GetDelegatedAccessTokenCommandOutput } from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';

type GetDelegatedAccessToken = Operation<
  'GetDelegatedAccessToken',
  Input<GetDelegatedAccessTokenCommandInput>,
  Output<GetDelegatedAccessTokenCommandOutput>
>;

/**
 * Would trade the token of an accepted delegation request for credentials. IAM makes no such requests here, so no token is
 * one that was given.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
 */
export const getDelegatedAccessToken: GetDelegatedAccessToken = {
  name: 'GetDelegatedAccessToken',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: () => {
    throw fault('ValidationError', 'The trade-in token is not valid.');
  },
};
