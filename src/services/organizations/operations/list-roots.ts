import type { ListRootsCommandInput, ListRootsCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { organizationAs } from '../access.ts';
import { toRoot } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Lists the root of the organization with the types of policies that are enabled in it.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html
 */
export const listRoots: Operation<
  'ListRoots',
  Input<ListRootsCommandInput>,
  Output<ListRootsCommandOutput>,
  InOrganization
> = {
  name: 'ListRoots',
  access: (_input, call) => ({ resource: organizationAs(call, 'reader') }),
  handle: (input, { organization }, call) => {
    const { items, next } = listPage(
      input,
      call,
      pageOf([toRoot(organization)], ({ Id }) => Id!),
    );
    return { Roots: [...items], ...next };
  },
};
