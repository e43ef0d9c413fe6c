import type { DeleteGroupCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import { accounts } from '../accounts.ts';
import { groups, type IamGroup } from '../groups.ts';
import { requireNoPolicies } from '../held-policies.ts';
import { memberships } from '../memberships.ts';

type DeleteGroup = Operation<'DeleteGroup', Input<DeleteGroupCommandInput>, void, IamGroup>;

/**
 * Deletes a group that has neither users nor policies left.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
 */
export const deleteGroup: DeleteGroup = {
  name: 'DeleteGroup',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: (_input, { record }, { tx, account }) => {
    if (memberships.list(tx, record, { limit: 1 }).items.length > 0) {
      throw fault('DeleteConflict', 'Cannot delete entity, must remove users from group first.');
    }
    requireNoPolicies(record);
    groups.delete(tx, record);
    accounts.countOneLess(tx, account, 'GroupsPerAccount');
  },
};
