import type { GetLoginProfileCommandInput, GetLoginProfileCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { loginProfiles } from '../login-profiles.ts';
import type { IamUser } from '../users.ts';

type GetLoginProfile = Operation<
  'GetLoginProfile',
  Input<GetLoginProfileCommandInput>,
  Output<GetLoginProfileCommandOutput>,
  IamUser
>;

/**
 * Tells whether and since when a user has a password.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
 */
export const getLoginProfile: GetLoginProfile = {
  name: 'GetLoginProfile',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: (_input, { record }, { tx }) => {
    const { createdAt, passwordResetRequired } = loginProfiles.get(tx, record);
    return {
      LoginProfile: {
        UserName: record.userName,
        CreateDate: new Date(createdAt),
        PasswordResetRequired: passwordResetRequired,
      },
    };
  },
};
