import type { AssociateDelegationRequestCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { delegationRequest, noDelegationRequest } from '../delegation-requests.ts';

type AssociateDelegationRequest = Operation<
  'AssociateDelegationRequest',
  Input<AssociateDelegationRequestCommandInput>,
  void
>;

/**
 * Would make the caller the owner of a delegation request. There are none: see `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AssociateDelegationRequest.html
 */
export const associateDelegationRequest: AssociateDelegationRequest = {
  name: 'AssociateDelegationRequest',
  access: ({ DelegationRequestId }, { account }) => ({ resource: delegationRequest(account, DelegationRequestId) }),
  handle: noDelegationRequest,
};
