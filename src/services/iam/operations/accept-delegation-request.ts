import type { AcceptDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { delegatedIdentity } from '../delegated-identity.ts';
import { type DelegationResource, delegationRequest } from '../delegation-access.ts';
import { notifyRequestor } from '../delegation-notices.ts';
import { delegationRequests } from '../delegation-requests.ts';

type AcceptDelegationRequest = Operation<
  'AcceptDelegationRequest',
  Input<AcceptDelegationRequestCommandInput>,
  void,
  DelegationResource
>;

/**
 * Grants what a delegation request asks for, as far as the caller has it: the caller's permissions are lent, once the
 * exchange token is sent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcceptDelegationRequest.html
 */
export const acceptDelegationRequest: AcceptDelegationRequest = {
  name: 'AcceptDelegationRequest',
  access: ({ DelegationRequestId }, call) => ({ resource: delegationRequest(call, DelegationRequestId) }),
  handle: (_input, { record }, { tx, caller, now }) => {
    const approver = delegatedIdentity(caller, record.sessionSeconds);
    notifyRequestor(tx, delegationRequests.move(tx, record, 'ACCEPTED', now, { approver }), now);
  },
};
