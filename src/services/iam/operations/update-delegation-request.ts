import type { UpdateDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { delegationRequest, noDelegationRequest } from '../delegation-requests.ts';

type UpdateDelegationRequest = Operation<'UpdateDelegationRequest', Input<UpdateDelegationRequestCommandInput>, void>;

/**
 * Would forward a delegation request to somebody who may grant it. There are none: see `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateDelegationRequest.html
 */
export const updateDelegationRequest: UpdateDelegationRequest = {
  name: 'UpdateDelegationRequest',
  access: ({ DelegationRequestId }, { account }) => ({ resource: delegationRequest(account, DelegationRequestId) }),
  handle: noDelegationRequest,
};
