import type { CreateUserCommandInput, CreateUserCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { createUserRecord } from '../create.ts';
import { describeUserInFull } from '../descriptions.ts';
import { setBoundary } from '../held-policies.ts';
import { userHolder } from '../policy-holders.ts';
import { anyCaseTags, firstTags } from '../tags.ts';
import { userArn, users } from '../users.ts';

type CreateUser = Operation<
  'CreateUser',
  Input<CreateUserCommandInput>,
  Output<CreateUserCommandOutput>,
  readonly Resource[]
>;

/**
 * Creates a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
export const createUser: CreateUser = {
  name: 'CreateUser',
  access: ({ UserName, Path = '/', PermissionsBoundary, Tags }, { account }) => {
    const conditions = { 'iam:PermissionsBoundary': PermissionsBoundary };
    return creatingWithTags({ resource: newUser(account, Path, UserName), conditions }, 'iam:TagUser', Tags);
  },
  handle: ({ UserName, Path, PermissionsBoundary, Tags }, _user, { tx, account, now }) => {
    const tags = firstTags(Tags, anyCaseTags);
    const created = createUserRecord(tx, { account, userName: UserName, path: Path, tags }, now);
    if (PermissionsBoundary !== undefined) setBoundary(tx, userHolder(created), PermissionsBoundary);
    return { User: describeUserInFull(users.find(tx, account, UserName)!) };
  },
};

const newUser = (account: string, path: string, userName: string): Resource => ({
  arn: userArn({ account, path, userName }),
  account,
  type: 'AWS::IAM::User',
});
