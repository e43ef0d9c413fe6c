import type { AssociateDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type DelegationResource, delegationRequest } from '../delegation-access.ts';
import { notifyRequestor } from '../delegation-notices.ts';
import { delegationRequests } from '../delegation-requests.ts';

type AssociateDelegationRequest = Operation<
  'AssociateDelegationRequest',
  Input<AssociateDelegationRequestCommandInput>,
  void,
  DelegationResource
>;

/**
 * Makes the caller the owner of a delegation request, and the caller's account that of a request which names none.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AssociateDelegationRequest.html
 */
export const associateDelegationRequest: AssociateDelegationRequest = {
  name: 'AssociateDelegationRequest',
  access: ({ DelegationRequestId }, call) => ({ resource: delegationRequest(call, DelegationRequestId) }),
  handle: (_input, { record }, { tx, account, caller, now }) => {
    const owner = { arn: caller.arn, userId: caller.userId };
    const assigned = delegationRequests.move(tx, record, 'ASSIGNED', now, { owner, ownerAccount: account });
    notifyRequestor(tx, assigned, now);
  },
};
