import type { ListChildrenCommandInput, ListChildrenCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { inOrganization } from '../access.ts';
import { accounts } from '../accounts.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { find, type ParentResource } from '../resources.ts';
import { units } from '../units.ts';

/**
 * Lists the ids of the OUs, or of the accounts, directly below the root or an OU.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html
 */
export const listChildren: Operation<
  'ListChildren',
  Input<ListChildrenCommandInput>,
  Output<ListChildrenCommandOutput>,
  ParentResource
> = {
  name: 'ListChildren',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.parent(tx, organization, input.ParentId),
      notFound.parent,
    ),
  }),
  handle: (input, { organization, id }, call) => {
    const { ChildType } = input;
    const ids =
      ChildType === 'ACCOUNT'
        ? accounts.childrenOf(call.tx, organization.id, id).map(({ account }) => account)
        : units.childrenOf(call.tx, organization.id, id).map((unit) => unit.id);
    const { items, next } = listPage(
      input,
      call,
      pageOf(ids, (each) => each),
    );
    return { Children: items.map((Id) => ({ Id, Type: ChildType })), ...next };
  },
};
