import type { UntagUserCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { anyCaseTags, withoutTags } from '../tags.ts';
import { type IamUser, users } from '../users.ts';

type UntagUser = Operation<'UntagUser', Input<UntagUserCommandInput>, void, IamUser>;

/**
 * Takes tags off a user; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html
 */
export const untagUser: UntagUser = {
  name: 'UntagUser',
  access: ({ UserName, TagKeys }, call) => toUser(call, UserName, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    users.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, anyCaseTags) }),
};
