import type {
  ListDelegatedServicesForAccountCommandInput,
  ListDelegatedServicesForAccountCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { inOrganization } from '../access.ts';
import { requireDelegate } from '../delegations.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { type AccountResource, find } from '../resources.ts';
import { byPrincipal } from '../service-access.ts';

/**
 * Lists the services that an account administers for the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html
 */
export const listDelegatedServicesForAccount: Operation<
  'ListDelegatedServicesForAccount',
  Input<ListDelegatedServicesForAccountCommandInput>,
  Output<ListDelegatedServicesForAccountCommandOutput>,
  AccountResource
> = {
  name: 'ListDelegatedServicesForAccount',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.account(tx, organization, input.AccountId),
      notFound.account,
    ),
  }),
  handle: (input, { record }, call) => {
    const all = [...requireDelegate(record).membership.delegations].sort(byPrincipal);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ principal }) => principal),
    );
    const services = items.map(({ principal, since }) => ({
      ServicePrincipal: principal,
      DelegationEnabledDate: new Date(since),
    }));
    return { DelegatedServices: services, ...next };
  },
};
