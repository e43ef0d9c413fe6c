import type { LeaveOrganizationCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type Finder, inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { part, requireMayLeave } from '../membership-changes.ts';
import { type AccountResource, find } from '../resources.ts';

/**
 * Takes the caller's own account out of its organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
 */
export const leaveOrganization: Operation<
  'LeaveOrganization',
  Input<LeaveOrganizationCommandInput>,
  Record<string, never>,
  AccountResource
> = {
  name: 'LeaveOrganization',
  access: (_input, call) => ({
    resource: inOrganization(call, 'member', own(call.account), notFound.account),
  }),
  handle: (_input, { organization, record }, { tx }) => {
    requireMayLeave(organization, record);
    part(tx, record);
    return {};
  },
};

/** The operation names no resource; policies decide it on `*`. */
const own =
  (account: string): Finder<AccountResource> =>
  (organization, tx) => {
    const found = find.account(tx, organization, account);
    return found && { ...found, arn: '*' };
  };
