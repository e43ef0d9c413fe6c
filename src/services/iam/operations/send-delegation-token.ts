import type { SendDelegationTokenCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { delegationRequest, noDelegationRequest } from '../delegation-requests.ts';

type SendDelegationToken = Operation<'SendDelegationToken', Input<SendDelegationTokenCommandInput>, void>;

/**
 * Would send the exchange token of an accepted delegation request to who made it. There are none: see `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SendDelegationToken.html
 */
export const sendDelegationToken: SendDelegationToken = {
  name: 'SendDelegationToken',
  access: ({ DelegationRequestId }, { account }) => ({ resource: delegationRequest(account, DelegationRequestId) }),
  handle: noDelegationRequest,
};
