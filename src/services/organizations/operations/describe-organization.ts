import type {
  DescribeOrganizationCommandInput,
  DescribeOrganizationCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import { toOrganization } from '../descriptions.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Tells every account of an organization which one it is.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
 */
export const describeOrganization: Operation<
  'DescribeOrganization',
  Input<DescribeOrganizationCommandInput>,
  Output<DescribeOrganizationCommandOutput>,
  InOrganization
> = {
  name: 'DescribeOrganization',
  access: (_input, call) => ({ resource: organizationAs(call, 'member') }),
  handle: (_input, { organization }, { tx }) => ({
    Organization: toOrganization(tx, organization),
  }),
};
