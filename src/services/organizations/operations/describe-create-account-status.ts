import type {
  DescribeCreateAccountStatusCommandInput,
  DescribeCreateAccountStatusCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { type CreateAccountRequest, createAccountRequests, toCreateAccountStatus } from '../create-account-requests.ts';
import { notFound } from '../faults.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Tells what became of a request for an account.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html
 */
export const describeCreateAccountStatus: Operation<
  'DescribeCreateAccountStatus',
  Input<DescribeCreateAccountStatusCommandInput>,
  Output<DescribeCreateAccountStatusCommandOutput>,
  InOrganization & { readonly request: CreateAccountRequest }
> = {
  name: 'DescribeCreateAccountStatus',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => {
        const request = createAccountRequests.find(tx, organization.id, input.CreateAccountRequestId);
        return request && { arn: '*', account: organization.managementAccount, organization, request };
      },
      notFound.createAccountStatus,
    ),
  }),
  handle: (_input, { request }) => ({ CreateAccountStatus: toCreateAccountStatus(request) }),
};
