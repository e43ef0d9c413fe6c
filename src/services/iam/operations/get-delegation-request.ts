import type { GetDelegationRequestCommandInput, GetDelegationRequestCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { delegationRequest, noDelegationRequest } from '../delegation-requests.ts';

type GetDelegationRequest = Operation<
  'GetDelegationRequest',
  Input<GetDelegationRequestCommandInput>,
  Output<GetDelegationRequestCommandOutput>
>;

/**
 * Would show a delegation request. There are none: see `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html
 */
export const getDelegationRequest: GetDelegationRequest = {
  name: 'GetDelegationRequest',
  access: ({ DelegationRequestId }, { account }) => ({ resource: delegationRequest(account, DelegationRequestId) }),
  handle: noDelegationRequest,
};
