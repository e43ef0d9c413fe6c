import type { ChangePasswordCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { grantsOfPasswordPolicy } from '../account-settings.ts';
import { loginProfiles, withPassword } from '../login-profiles.ts';
import { timestamp } from '../names.ts';
import { isPassword } from '../passwords.ts';
import type { IamUser } from '../users.ts';

type ChangePassword = Operation<'ChangePassword', Input<ChangePasswordCommandInput>, void, IamUser>;

/**
 * Lets a user set another password, who shows the present one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
 */
export const changePassword: ChangePassword = {
  name: 'ChangePassword',
  access: (_input, call) => {
    if (call.caller.kind !== 'user') throw fault('InvalidUserType', 'Only IAM Users can change their own password');
    const access = toUser(call, callingUserName(call));
    return { ...access, resource: { ...access.resource, grants: grantsOfPasswordPolicy } };
  },
  handle: async ({ OldPassword, NewPassword }, { record }, { tx, now }) => {
    const profile = loginProfiles.get(tx, record);
    if (!(await isPassword(OldPassword, profile.passwordHash))) {
      throw fault('AccessDenied', 'The old password was incorrect.');
    }
    const updated = await withPassword(tx, record, profile, NewPassword, timestamp(now));
    loginProfiles.put(tx, { ...updated, passwordResetRequired: false });
  },
};
