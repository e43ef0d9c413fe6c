import type { ListAccountsCommandInput, ListAccountsCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import { accounts, pageOfAccounts } from '../accounts.ts';
import { toAccount } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Lists the accounts of the organization, by id.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
 */
export const listAccounts: Operation<
  'ListAccounts',
  Input<ListAccountsCommandInput>,
  Output<ListAccountsCommandOutput>,
  InOrganization
> = {
  name: 'ListAccounts',
  access: (_input, call) => ({ resource: organizationAs(call, 'reader') }),
  handle: (input, { organization }, call) => {
    const { items, next } = listPage(input, call, pageOfAccounts(accounts.all(call.tx, organization.id)));
    return { Accounts: items.map((member) => toAccount(call.tx, organization, member)), ...next };
  },
};
