import type { DeleteInstanceProfileCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toInstanceProfile } from '../access.ts';
import { accounts } from '../accounts.ts';
import { type IamInstanceProfile, instanceProfiles } from '../instance-profiles.ts';

type DeleteInstanceProfile = Operation<
  'DeleteInstanceProfile',
  Input<DeleteInstanceProfileCommandInput>,
  void,
  IamInstanceProfile
>;

/**
 * Deletes an instance profile that carries no role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html
 */
export const deleteInstanceProfile: DeleteInstanceProfile = {
  name: 'DeleteInstanceProfile',
  access: ({ InstanceProfileName }, call) => toInstanceProfile(call, InstanceProfileName),
  handle: (_input, { record }, { tx, account }) => {
    if (record.roleName !== undefined) {
      throw fault('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.');
    }
    instanceProfiles.delete(tx, record);
    accounts.countOneLess(tx, account, 'InstanceProfilesPerAccount');
  },
};
