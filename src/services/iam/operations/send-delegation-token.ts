import type { SendDelegationTokenCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type DelegationResource, delegationRequest, isOwner } from '../delegation-access.ts';
import { notifyRequestor } from '../delegation-notices.ts';
import { delegationRequests } from '../delegation-requests.ts';
import type { Iam } from '../iam.ts';

type SendDelegationToken = Operation<
  'SendDelegationToken',
  Input<SendDelegationTokenCommandInput>,
  void,
  DelegationResource
>;

/**
 * Sends the exchange token of an accepted delegation request to who made it. From now on the delegated time runs, and the
 * request cannot be rejected any more.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SendDelegationToken.html
 */
export const sendDelegationToken = ({ delegatedAccesses }: Iam): SendDelegationToken => ({
  name: 'SendDelegationToken',
  access: ({ DelegationRequestId }, call) => ({ resource: delegationRequest(call, DelegationRequestId) }),
  handle: (_input, { record }, { tx, caller, now }) => {
    if (record.onlySendByOwner && !isOwner(record, caller)) {
      throw fault('AccessDenied', `Only the owner of the delegation request ${record.id} can send its token.`);
    }
    const finalized = delegationRequests.move(tx, record, 'FINALIZED', now, { finalizedAt: now.getTime() });
    notifyRequestor(tx, finalized, now, delegatedAccesses.tokenOf(finalized));
  },
});
