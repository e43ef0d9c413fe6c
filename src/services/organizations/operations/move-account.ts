import type { MoveAccountCommandInput } from '@aws-sdk/client-organizations';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { accounts } from '../accounts.ts';
import { notFound } from '../faults.ts';
import { organizations } from '../organizations.ts';
import { type AccountResource, find, type ParentResource } from '../resources.ts';

/**
 * Moves an account from the root or an OU to another one.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
 */
export const moveAccount: Operation<
  'MoveAccount',
  Input<MoveAccountCommandInput>,
  Record<string, never>,
  readonly [AccountResource, ParentResource, ParentResource]
> = {
  name: 'MoveAccount',
  access: (input, call) => [
    {
      resource: inOrganization(
        call,
        'manager',
        (organization, tx) => find.account(tx, organization, input.AccountId),
        notFound.account,
      ),
    },
    {
      resource: inOrganization(
        call,
        'manager',
        (organization, tx) => find.parent(tx, organization, input.SourceParentId),
        notFound.sourceParent,
      ),
    },
    {
      resource: inOrganization(
        call,
        'manager',
        (organization, tx) => find.parent(tx, organization, input.DestinationParentId),
        notFound.destinationParent,
      ),
    },
  ],
  handle: (_input, [{ organization, record }, source, destination], { tx }) => {
    const { membership } = record;
    if (membership.parentId === destination.id) {
      throw fault('DuplicateAccountException', 'That account is already present in the specified destination.');
    }
    if (membership.parentId !== source.id) throw notFound.sourceParent();
    accounts.put(tx, { ...record, membership: { ...membership, parentId: destination.id } });
    organizations.update(tx, organization.id);
    return {};
  },
};
