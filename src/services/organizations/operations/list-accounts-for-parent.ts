import type {
  ListAccountsForParentCommandInput,
  ListAccountsForParentCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { accounts, pageOfAccounts } from '../accounts.ts';
import { toAccount } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { find, type ParentResource } from '../resources.ts';

/**
 * Lists the accounts directly below the root or an OU, by id.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
 */
export const listAccountsForParent: Operation<
  'ListAccountsForParent',
  Input<ListAccountsForParentCommandInput>,
  Output<ListAccountsForParentCommandOutput>,
  ParentResource
> = {
  name: 'ListAccountsForParent',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.parent(tx, organization, input.ParentId),
      notFound.parent,
    ),
  }),
  handle: (input, { organization, id }, call) => {
    const all = accounts.childrenOf(call.tx, organization.id, id);
    const { items, next } = listPage(input, call, pageOfAccounts(all));
    return { Accounts: items.map((member) => toAccount(call.tx, organization, member)), ...next };
  },
};
