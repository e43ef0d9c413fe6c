import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';

/**
 * Tells the caller who it is. No policy can take that away, not even an explicit deny.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const getCallerIdentity: Operation<
  'GetCallerIdentity',
  Input<GetCallerIdentityCommandInput>,
  Output<GetCallerIdentityCommandOutput>
> = {
  name: 'GetCallerIdentity',
  access: (_input, { account }) => ({ resource: anyResource(account), alwaysAllowed: true }),
  handle: (_input, _resource, { caller }) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn }),
};
