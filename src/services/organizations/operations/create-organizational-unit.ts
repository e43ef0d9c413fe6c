import type {
  CreateOrganizationalUnitCommandInput,
  CreateOrganizationalUnitCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { inOrganization } from '../access.ts';
import { toUnit } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { find, type ParentResource } from '../resources.ts';
import { addTags } from '../tags.ts';
import { createUnit } from '../unit-changes.ts';

/**
 * Creates an OU below the root or another OU.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html
 */
export const createOrganizationalUnit: Operation<
  'CreateOrganizationalUnit',
  Input<CreateOrganizationalUnitCommandInput>,
  Output<CreateOrganizationalUnitCommandOutput>,
  ParentResource
> = {
  name: 'CreateOrganizationalUnit',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.parent(tx, organization, input.ParentId),
      notFound.parent,
    ),
    conditions: requestTagConditions(input.Tags),
  }),
  handle: (input, parent, { tx }) => {
    const unit = createUnit(tx, parent, input.Name, addTags({}, input.Tags));
    return { OrganizationalUnit: toUnit(tx, parent.organization, unit) };
  },
};
