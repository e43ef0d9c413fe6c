import type { DeleteLoginProfileCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { loginProfiles } from '../login-profiles.ts';
import type { IamUser } from '../users.ts';

type DeleteLoginProfile = Operation<'DeleteLoginProfile', Input<DeleteLoginProfileCommandInput>, void, IamUser>;

/**
 * Takes a user's password away.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
 */
export const deleteLoginProfile: DeleteLoginProfile = {
  name: 'DeleteLoginProfile',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: (_input, { record }, { tx }) => {
    loginProfiles.get(tx, record);
    loginProfiles.delete(tx, record);
  },
};
