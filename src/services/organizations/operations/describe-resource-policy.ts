import type {
  DescribeResourcePolicyCommandInput,
  DescribeResourcePolicyCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { describeResourcePolicy as describe, existingResourcePolicy } from '../resource-policy.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Tells what lets member accounts manage the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html
 */
export const describeResourcePolicy: Operation<
  'DescribeResourcePolicy',
  Input<DescribeResourcePolicyCommandInput>,
  Output<DescribeResourcePolicyCommandOutput>,
  InOrganization
> = {
  name: 'DescribeResourcePolicy',
  access: (_input, call) => ({
    resource: inOrganization(call, 'reader', existingResourcePolicy, notFound.resourcePolicy),
  }),
  handle: (_input, { organization }) => ({ ResourcePolicy: describe(organization) }),
};
