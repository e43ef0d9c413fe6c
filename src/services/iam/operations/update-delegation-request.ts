import type { UpdateDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type DelegationResource, delegationRequest } from '../delegation-access.ts';
import { notifyRequestor } from '../delegation-notices.ts';
import { delegationRequests } from '../delegation-requests.ts';

type UpdateDelegationRequest = Operation<
  'UpdateDelegationRequest',
  Input<UpdateDelegationRequestCommandInput>,
  void,
  DelegationResource
>;

/**
 * Forwards a delegation request, with notes, to somebody who may grant it. Its owner needs no policy for that.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateDelegationRequest.html
 */
export const updateDelegationRequest: UpdateDelegationRequest = {
  name: 'UpdateDelegationRequest',
  access: ({ DelegationRequestId }, call) => ({ resource: delegationRequest(call, DelegationRequestId) }),
  handle: ({ Notes: notes }, { record }, { tx, now }) => {
    const change = notes === undefined ? {} : { notes };
    notifyRequestor(tx, delegationRequests.move(tx, record, 'PENDING_APPROVAL', now, change), now);
  },
};
