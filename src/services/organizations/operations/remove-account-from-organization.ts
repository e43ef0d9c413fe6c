import type { RemoveAccountFromOrganizationCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { part, requireMayLeave } from '../membership-changes.ts';
import { type AccountResource, find } from '../resources.ts';

/**
 * Takes a member account out of the organization; it stands alone then.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
 */
export const removeAccountFromOrganization: Operation<
  'RemoveAccountFromOrganization',
  Input<RemoveAccountFromOrganizationCommandInput>,
  Record<string, never>,
  AccountResource
> = {
  name: 'RemoveAccountFromOrganization',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.account(tx, organization, input.AccountId),
      notFound.account,
    ),
  }),
  handle: (_input, { organization, record }, { tx }) => {
    requireMayLeave(organization, record);
    part(tx, record);
    return {};
  },
};
