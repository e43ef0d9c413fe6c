import type { CloseAccountCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { closeAccount as close } from '../closing.ts';
import { notFound } from '../faults.ts';
import { type AccountResource, find } from '../resources.ts';

/**
 * Closes a member account: from now on its keys and sessions are refused, and 90 days later it leaves the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
 */
export const closeAccount: Operation<
  'CloseAccount',
  Input<CloseAccountCommandInput>,
  Record<string, never>,
  AccountResource
> = {
  name: 'CloseAccount',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.account(tx, organization, input.AccountId),
      notFound.account,
    ),
  }),
  handle: (_input, { organization, record }, { tx, now }) => {
    close(tx, organization, record, now);
    return {};
  },
};
