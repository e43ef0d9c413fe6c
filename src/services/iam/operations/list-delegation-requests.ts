import type { ListDelegationRequestsCommandInput, ListDelegationRequestsCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { delegationRequests } from '../delegation-requests.ts';
import { describeDelegationRequest } from '../describe-delegation-request.ts';
import { listed } from '../listing.ts';

type ListDelegationRequests = Operation<
  'ListDelegationRequests',
  Input<ListDelegationRequestsCommandInput>,
  Output<ListDelegationRequestsCommandOutput>
>;

/**
 * Lists the delegation requests that identities of the caller's account, or one of them, have taken on.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListDelegationRequests.html
 */
export const listDelegationRequests: ListDelegationRequests = {
  name: 'ListDelegationRequests',
  access: ({ OwnerId }, { account }) => ({
    resource: anyResource(account),
    conditions: { 'iam:DelegationRequestOwner': OwnerId },
  }),
  handle: (input, _resource, call) => {
    const { OwnerId } = input;
    const all = delegationRequests.ofOwnerAccount(call.tx, call.account);
    const { items, truncation } = listed(
      input,
      call,
      pageOf(all, ({ id }) => id),
      ({ owner }) => OwnerId === undefined || owner?.arn === OwnerId,
    );
    const { IsTruncated: isTruncated, ...marker } = truncation;
    return {
      DelegationRequests: items.map((record) => describeDelegationRequest(call.tx, record)),
      isTruncated,
      ...marker,
    };
  },
};
