import type {
  CreateOrganizationalUnitCommandInput,
  CreateOrganizationalUnitCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
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
  readonly [ParentResource, ...ParentResource[]]
> = {
  name: 'CreateOrganizationalUnit',
  access: (input, call) => {
    const resource = inOrganization(
      call,
      'manager',
      (organization, tx) => find.parent(tx, organization, input.ParentId),
      notFound.parent,
    );
    return creatingWithTags({ resource }, 'organizations:TagResource', input.Tags);
  },
  handle: (input, [parent], { tx }) => {
    const unit = createUnit(tx, parent, input.Name, addTags({}, input.Tags));
    return { OrganizationalUnit: toUnit(tx, parent.organization, unit) };
  },
};
