import type {
  ListOrganizationalUnitsForParentCommandInput,
  ListOrganizationalUnitsForParentCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { inOrganization } from '../access.ts';
import { toUnit } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { find, type ParentResource } from '../resources.ts';
import { units } from '../units.ts';

/**
 * Lists the OUs directly below the root or an OU, by id.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
 */
export const listOrganizationalUnitsForParent: Operation<
  'ListOrganizationalUnitsForParent',
  Input<ListOrganizationalUnitsForParentCommandInput>,
  Output<ListOrganizationalUnitsForParentCommandOutput>,
  ParentResource
> = {
  name: 'ListOrganizationalUnitsForParent',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.parent(tx, organization, input.ParentId),
      notFound.parent,
    ),
  }),
  handle: (input, { organization, id }, call) => {
    const all = units.childrenOf(call.tx, organization.id, id);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, (unit) => unit.id),
    );
    return { OrganizationalUnits: items.map((unit) => toUnit(call.tx, organization, unit)), ...next };
  },
};
