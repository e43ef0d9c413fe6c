import type { ListDelegationRequestsCommandInput, ListDelegationRequestsCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';

type ListDelegationRequests = Operation<
  'ListDelegationRequests',
  Input<ListDelegationRequestsCommandInput>,
  Output<ListDelegationRequestsCommandOutput>
>;

/**
 * Lists delegation requests. There are none: see `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListDelegationRequests.html
 */
export const listDelegationRequests: ListDelegationRequests = {
  name: 'ListDelegationRequests',
  access: ({ OwnerId }, { account }) => ({
    resource: anyResource(account),
    conditions: { 'iam:DelegationRequestOwner': OwnerId },
  }),
  handle: () => ({ DelegationRequests: [], isTruncated: false }),
};
