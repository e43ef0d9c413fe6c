import type { DeleteOrganizationCommandInput } from '@aws-sdk/client-organizations';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Transaction } from '../../../store/store.ts';
import { organizationAs } from '../access.ts';
import { deleteOrganization as deleteRecords } from '../delete-organization.ts';
import { constraintViolation } from '../faults.ts';
import type { OrganizationRecord } from '../organizations.ts';
import type { InOrganization } from '../resources.ts';
import { isOngoing, responsibilityTransfers } from '../responsibility-transfers.ts';

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
    requireNoTransfer(tx, organization, now);
    deleteRecords(tx, organization, now);
    return {};
  },
};

const requireNoTransfer = (tx: Transaction, { id }: OrganizationRecord, now: Date): void => {
  const all = [...responsibilityTransfers.all(tx, id, 'inbound'), ...responsibilityTransfers.all(tx, id, 'outbound')];
  if (!all.some((transfer) => isOngoing(transfer, now))) return;
  throw constraintViolation(
    'ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS',
    'You cannot delete organization due to an ongoing responsibility transfer process.',
  );
};
