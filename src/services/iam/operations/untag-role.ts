import type { UntagRoleCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toRole } from '../access.ts';
import { type IamRole, roles } from '../roles.ts';
import { anyCaseTags, withoutTags } from '../tags.ts';

type UntagRole = Operation<'UntagRole', Input<UntagRoleCommandInput>, void, IamRole>;

/**
 * Takes tags off a role; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
 */
export const untagRole: UntagRole = {
  name: 'UntagRole',
  access: ({ RoleName, TagKeys }, call) => toRole(call, RoleName, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    roles.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, anyCaseTags) }),
};
