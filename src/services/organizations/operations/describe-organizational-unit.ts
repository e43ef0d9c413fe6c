import type {
  DescribeOrganizationalUnitCommandInput,
  DescribeOrganizationalUnitCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { toUnit } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { find, type UnitResource } from '../resources.ts';

/**
 * Tells about an OU.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html
 */
export const describeOrganizationalUnit: Operation<
  'DescribeOrganizationalUnit',
  Input<DescribeOrganizationalUnitCommandInput>,
  Output<DescribeOrganizationalUnitCommandOutput>,
  UnitResource
> = {
  name: 'DescribeOrganizationalUnit',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.unit(tx, organization, input.OrganizationalUnitId),
      notFound.unit,
    ),
  }),
  handle: (_input, { organization, record }, { tx }) => ({
    OrganizationalUnit: toUnit(tx, organization, record),
  }),
};
