import type { TagUserCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toUser } from '../access.ts';
import { anyCaseTags, taggedWith } from '../tags.ts';
import { type IamUser, users } from '../users.ts';

type TagUser = Operation<'TagUser', Input<TagUserCommandInput>, void, IamUser>;

/**
 * Adds tags to a user; a key that is there already, in whatever case, is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html
 */
export const tagUser: TagUser = {
  name: 'TagUser',
  access: ({ UserName, Tags }, call) => toUser(call, UserName, requestTagConditions(Tags)),
  handle: ({ Tags }, { record }, { tx }) => {
    users.put(tx, { ...record, tags: taggedWith(record.tags, Tags, anyCaseTags) });
  },
};
