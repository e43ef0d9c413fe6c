import type { UpdateLoginProfileCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { loginProfiles, withPassword } from '../login-profiles.ts';
import { timestamp } from '../names.ts';
import type { IamUser } from '../users.ts';

type UpdateLoginProfile = Operation<'UpdateLoginProfile', Input<UpdateLoginProfileCommandInput>, void, IamUser>;

/**
 * Sets another password for a user, or whether the user must.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
 */
export const updateLoginProfile: UpdateLoginProfile = {
  name: 'UpdateLoginProfile',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: async ({ Password, PasswordResetRequired }, { record }, { tx, now }) => {
    const profile = loginProfiles.get(tx, record);
    const updated =
      Password === undefined ? profile : await withPassword(tx, record, profile, Password, timestamp(now));
    const passwordResetRequired = PasswordResetRequired ?? updated.passwordResetRequired;
    loginProfiles.put(tx, { ...updated, passwordResetRequired });
  },
};
