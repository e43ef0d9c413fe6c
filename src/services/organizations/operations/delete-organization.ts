import type { DeleteOrganizationCommandInput } from '@aws-sdk/client-organizations';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import { deleteOrganization as deleteRecords } from '../delete-organization.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Deletes an organization that has no member accounts, with its OUs and policies.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html
 */
export const deleteOrganization: Operation<
  'DeleteOrganization',
  Input<DeleteOrganizationCommandInput>,
  Record<string, never>,
  InOrganization
> = {
  name: 'DeleteOrganization',
  access: (_input, call) => ({ resource: organizationAs(call, 'manager') }),
  handle: (_input, { organization }, { tx, now }) => {
    if (organization.accounts > 1) {
      throw fault(
        'OrganizationNotEmptyException',
        "The organization isn't empty. To delete an organization, you must first remove all accounts except the management account.",
      );
    }
    deleteRecords(tx, organization, now);
    return {};
  },
};
