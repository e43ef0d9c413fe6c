import type { RegisterDelegatedAdministratorCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { registerDelegate } from '../delegations.ts';
import { notFound } from '../faults.ts';
import { type AccountResource, find } from '../resources.ts';

/**
 * Lets a member account administer a service for the organization, and read the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
 */
export const registerDelegatedAdministrator: Operation<
  'RegisterDelegatedAdministrator',
  Input<RegisterDelegatedAdministratorCommandInput>,
  Record<string, never>,
  AccountResource
> = {
  name: 'RegisterDelegatedAdministrator',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.account(tx, organization, input.AccountId),
      notFound.account,
    ),
    conditions: { 'organizations:ServicePrincipal': input.ServicePrincipal },
  }),
  handle: (input, account, { tx, now }) => {
    registerDelegate(tx, account, input.ServicePrincipal, now);
    return {};
  },
};
