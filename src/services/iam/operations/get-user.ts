import type { GetUserCommandInput, GetUserCommandOutput, User } from '@aws-sdk/client-iam';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { type AccountRecord, accounts, rootArn } from '../accounts.ts';
import { describeUserInFull } from '../descriptions.ts';
import type { IamUser } from '../users.ts';

type GetUser = Operation<'GetUser', Input<GetUserCommandInput>, Output<GetUserCommandOutput>, IamUser | Resource>;

/**
 * Shows a user or, without a name, the caller; for root, the account's root user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
 */
export const getUser: GetUser = {
  name: 'GetUser',
  access: ({ UserName }, call) => {
    if (UserName === undefined && call.caller.kind === 'root') {
      return { resource: { arn: rootArn(call.account), account: call.account } };
    }
    return toUser(call, UserName ?? callingUserName(call));
  },
  handle: (_input, resource, { tx, account, now }) => ({
    User:
      'record' in resource
        ? describeUserInFull(resource.record)
        : describeRoot(accounts.find(tx, account), account, now),
  }),
};

/** Root has neither name nor path. */
const describeRoot = (record: AccountRecord | undefined, account: string, now: Date): User =>
  ({
    UserId: account,
    Arn: rootArn(account),
    CreateDate: record ? new Date(record.createdAt) : now,
  }) as User; // The SDK's type demands what IAM leaves out here.
