import type { RejectDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type DelegationResource, delegationRequest } from '../delegation-access.ts';
import { notifyRequestor } from '../delegation-notices.ts';
import { delegationRequests } from '../delegation-requests.ts';

type RejectDelegationRequest = Operation<
  'RejectDelegationRequest',
  Input<RejectDelegationRequestCommandInput>,
  void,
  DelegationResource
>;

/**
 * Refuses what a delegation request asks for, also after it was accepted, until the exchange token is sent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RejectDelegationRequest.html
 */
export const rejectDelegationRequest: RejectDelegationRequest = {
  name: 'RejectDelegationRequest',
  access: ({ DelegationRequestId }, call) => ({ resource: delegationRequest(call, DelegationRequestId) }),
  handle: ({ Notes: rejectionReason }, { record }, { tx, now }) => {
    const change = rejectionReason === undefined ? {} : { rejectionReason };
    notifyRequestor(tx, delegationRequests.move(tx, record, 'REJECTED', now, change), now);
  },
};
