import type { ListParentsCommandInput, ListParentsCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { find, type TargetResource } from '../resources.ts';

/**
 * Tells what an account or an OU is directly below.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
 */
export const listParents: Operation<
  'ListParents',
  Input<ListParentsCommandInput>,
  Output<ListParentsCommandOutput>,
  TargetResource
> = {
  name: 'ListParents',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.unit(tx, organization, input.ChildId) ?? find.account(tx, organization, input.ChildId),
      notFound.child,
    ),
  }),
  handle: (input, child, call) => {
    const Id = child.parentId!;
    const Type = Id === child.organization.rootId ? ('ROOT' as const) : ('ORGANIZATIONAL_UNIT' as const);
    const { items, next } = listPage(
      input,
      call,
      pageOf([{ Id, Type }], (parent) => parent.Id),
    );
    return { Parents: [...items], ...next };
  },
};
