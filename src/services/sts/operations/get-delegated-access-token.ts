import type { GetDelegatedAccessTokenCommandInput, GetDelegatedAccessTokenCommandOutput } from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { beginSession } from '../sessions.ts';
import type { Sts } from '../sts.ts';

type GetDelegatedAccessToken = Operation<
  'GetDelegatedAccessToken',
  Input<GetDelegatedAccessTokenCommandInput>,
  Output<GetDelegatedAccessTokenCommandOutput>
>;

/**
 * Trades the exchange token of a delegation request for credentials: of who accepted it, bounded by what was asked for,
 * until the delegated time is over.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
 */
export const getDelegatedAccessToken = (sts: Sts): GetDelegatedAccessToken => ({
  name: 'GetDelegatedAccessToken',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: ({ TradeInToken }, _resource, { tx, account, now }) => {
    const delegated = sts.findDelegatedAccess(tx, account, TradeInToken, now);
    if (!delegated) throw fault('ValidationError', 'The trade-in token is not valid.');
    const { assumedPrincipal, claims, seconds } = delegated;
    if (seconds <= 0) throw fault('ExpiredTradeInTokenException', 'The trade-in token is expired.');
    return { ...beginSession(sts, claims, seconds, now), AssumedPrincipal: assumedPrincipal };
  },
});
