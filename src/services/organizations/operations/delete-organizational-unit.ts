import type { DeleteOrganizationalUnitCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { find, type UnitResource } from '../resources.ts';
import { deleteUnit } from '../unit-changes.ts';

/**
 * Deletes an OU in which nothing is left.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html
 */
export const deleteOrganizationalUnit: Operation<
  'DeleteOrganizationalUnit',
  Input<DeleteOrganizationalUnitCommandInput>,
  Record<string, never>,
  UnitResource
> = {
  name: 'DeleteOrganizationalUnit',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.unit(tx, organization, input.OrganizationalUnitId),
      notFound.unit,
    ),
  }),
  handle: (_input, unit, { tx }) => {
    deleteUnit(tx, unit);
    return {};
  },
};
