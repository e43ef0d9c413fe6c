import type { CreateLoginProfileCommandInput, CreateLoginProfileCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { firstPassword, loginProfiles } from '../login-profiles.ts';
import { timestamp } from '../names.ts';
import { type IamUser, users } from '../users.ts';

type CreateLoginProfile = Operation<
  'CreateLoginProfile',
  Input<CreateLoginProfileCommandInput>,
  Output<CreateLoginProfileCommandOutput>,
  IamUser
>;

/**
 * Gives a user a password for the console.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
 */
export const createLoginProfile: CreateLoginProfile = {
  name: 'CreateLoginProfile',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: async ({ Password, PasswordResetRequired = false }, { record: user }, { tx, now }) => {
    if (loginProfiles.find(tx, user)) {
      throw fault('EntityAlreadyExists', `Login Profile for user ${user.userName} already exists.`);
    }
    if (Password === undefined) throw fault('ValidationError', 'Must specify a password for an IAM user');
    const passwordHash = await firstPassword(tx, user, Password);
    const createdAt = timestamp(now);
    loginProfiles.put(tx, {
      userId: user.userId,
      createdAt,
      passwordSetAt: createdAt,
      passwordResetRequired: PasswordResetRequired,
      passwordHash,
      earlierHashes: [],
    });
    // The user is written too, so that giving it a password and deleting it at the same moment collide.
    users.put(tx, { ...user });
    return {
      LoginProfile: {
        UserName: user.userName,
        CreateDate: new Date(createdAt),
        PasswordResetRequired,
      },
    };
  },
};
