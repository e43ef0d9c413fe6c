import type { DescribePolicyCommandInput, DescribePolicyCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { toPolicy } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { find, type PolicyResource } from '../resources.ts';

/**
 * Tells about a policy, with its document.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
 */
export const describePolicy: Operation<
  'DescribePolicy',
  Input<DescribePolicyCommandInput>,
  Output<DescribePolicyCommandOutput>,
  PolicyResource
> = {
  name: 'DescribePolicy',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.policy(tx, organization, input.PolicyId),
      notFound.policy,
    ),
  }),
  handle: (_input, { organization, record }) => ({
    Policy: toPolicy(organization, record),
  }),
};
