import type { DescribeAccountCommandInput, DescribeAccountCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { toAccount } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { type AccountResource, find } from '../resources.ts';

/**
 * Tells about an account of the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
 */
export const describeAccount: Operation<
  'DescribeAccount',
  Input<DescribeAccountCommandInput>,
  Output<DescribeAccountCommandOutput>,
  AccountResource
> = {
  name: 'DescribeAccount',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.account(tx, organization, input.AccountId),
      notFound.account,
    ),
  }),
  handle: (_input, { organization, record }, { tx }) => ({
    Account: toAccount(tx, organization, record),
  }),
};
