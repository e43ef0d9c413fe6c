import type { AcceptDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { delegationRequest, noDelegationRequest } from '../delegation-requests.ts';

type AcceptDelegationRequest = Operation<'AcceptDelegationRequest', Input<AcceptDelegationRequestCommandInput>, void>;

/**
 * Would grant what a delegation request asks for. There are none: see `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcceptDelegationRequest.html
 */
export const acceptDelegationRequest: AcceptDelegationRequest = {
  name: 'AcceptDelegationRequest',
  access: ({ DelegationRequestId }, { account }) => ({ resource: delegationRequest(account, DelegationRequestId) }),
  handle: noDelegationRequest,
};
