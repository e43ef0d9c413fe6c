import type { DeregisterDelegatedAdministratorCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { deregisterDelegate } from '../delegations.ts';
import { notFound } from '../faults.ts';
import { type AccountResource, find } from '../resources.ts';

/**
 * Ends that a member account administers a service for the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeregisterDelegatedAdministrator.html
 */
export const deregisterDelegatedAdministrator: Operation<
  'DeregisterDelegatedAdministrator',
  Input<DeregisterDelegatedAdministratorCommandInput>,
  Record<string, never>,
  AccountResource
> = {
  name: 'DeregisterDelegatedAdministrator',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.account(tx, organization, input.AccountId),
      notFound.account,
    ),
    conditions: { 'organizations:ServicePrincipal': input.ServicePrincipal },
  }),
  handle: (input, account, { tx }) => {
    deregisterDelegate(tx, account, input.ServicePrincipal);
    return {};
  },
};
