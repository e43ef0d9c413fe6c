import type { TagRoleCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toRole } from '../access.ts';
import { type IamRole, roles } from '../roles.ts';
import { anyCaseTags, taggedWith } from '../tags.ts';

type TagRole = Operation<'TagRole', Input<TagRoleCommandInput>, void, IamRole>;

/**
 * Adds tags to a role; a key that is there already, in whatever case, is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
 */
export const tagRole: TagRole = {
  name: 'TagRole',
  access: ({ RoleName, Tags }, call) => toRole(call, RoleName, requestTagConditions(Tags)),
  handle: ({ Tags }, { record }, { tx }) =>
    roles.put(tx, { ...record, tags: taggedWith(record.tags, Tags, anyCaseTags) }),
};
