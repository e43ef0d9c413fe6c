import type {
  ListDelegatedAdministratorsCommandInput,
  ListDelegatedAdministratorsCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import { accounts, pageOfAccounts } from '../accounts.ts';
import { toDelegate } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Lists the accounts that administer a service, or any, for the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
 */
export const listDelegatedAdministrators: Operation<
  'ListDelegatedAdministrators',
  Input<ListDelegatedAdministratorsCommandInput>,
  Output<ListDelegatedAdministratorsCommandOutput>,
  InOrganization
> = {
  name: 'ListDelegatedAdministrators',
  access: (input, call) => ({
    resource: organizationAs(call, 'reader'),
    conditions: { 'organizations:ServicePrincipal': input.ServicePrincipal },
  }),
  handle: (input, { organization }, call) => {
    const { ServicePrincipal } = input;
    const { items, next } = listPage(
      input,
      call,
      pageOfAccounts(accounts.all(call.tx, organization.id)),
      ({ membership: { delegations } }) =>
        delegations.some(({ principal }) => ServicePrincipal === undefined || principal === ServicePrincipal),
    );
    return { DelegatedAdministrators: items.map((member) => toDelegate(organization, member)), ...next };
  },
};
