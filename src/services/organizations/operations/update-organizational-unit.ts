import type {
  UpdateOrganizationalUnitCommandInput,
  UpdateOrganizationalUnitCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { toUnit } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { find, type UnitResource } from '../resources.ts';
import { renameUnit } from '../unit-changes.ts';

/**
 * Gives an OU another name.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html
 */
export const updateOrganizationalUnit: Operation<
  'UpdateOrganizationalUnit',
  Input<UpdateOrganizationalUnitCommandInput>,
  Output<UpdateOrganizationalUnitCommandOutput>,
  UnitResource
> = {
  name: 'UpdateOrganizationalUnit',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.unit(tx, organization, input.OrganizationalUnitId),
      notFound.unit,
    ),
  }),
  handle: (input, unit, { tx }) => ({
    OrganizationalUnit: toUnit(tx, unit.organization, renameUnit(tx, unit, input.Name ?? unit.name)),
  }),
};
