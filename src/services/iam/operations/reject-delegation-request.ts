import type { RejectDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { delegationRequest, noDelegationRequest } from '../delegation-requests.ts';

type RejectDelegationRequest = Operation<'RejectDelegationRequest', Input<RejectDelegationRequestCommandInput>, void>;

/**
 * Would refuse what a delegation request asks for. There are none: see `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RejectDelegationRequest.html
 */
export const rejectDelegationRequest: RejectDelegationRequest = {
  name: 'RejectDelegationRequest',
  access: ({ DelegationRequestId }, { account }) => ({ resource: delegationRequest(account, DelegationRequestId) }),
  handle: noDelegationRequest,
};
