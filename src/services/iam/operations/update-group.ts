import type { UpdateGroupCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Resource } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import { groupArn, groups, type IamGroup } from '../groups.ts';
import { memberships } from '../memberships.ts';
import { nameKey } from '../names.ts';

type UpdateGroup = Operation<'UpdateGroup', Input<UpdateGroupCommandInput>, void, readonly [IamGroup, Resource]>;

/**
 * Gives a group another name, another path or both. Its members and policies stay.
 *
 * The caller needs permission on the group as it is and as it will be.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
 */
export const updateGroup: UpdateGroup = {
  name: 'UpdateGroup',
  access: ({ GroupName, NewGroupName, NewPath }, call) => {
    const group = toGroup(call, GroupName);
    const path = NewPath ?? ('record' in group.resource ? group.resource.record.path : '/');
    const arn = groupArn({ account: call.account, path, groupName: NewGroupName ?? GroupName });
    return [group, { resource: { arn, account: call.account } }];
  },
  handle: ({ NewGroupName, NewPath }, [{ record }], { tx, account }) => {
    const groupName = NewGroupName ?? record.groupName;
    if (nameKey(groupName) !== nameKey(record.groupName)) {
      if (groups.find(tx, account, groupName)) {
        throw fault('EntityAlreadyExists', `Group with name ${groupName} already exists.`);
      }
      groups.delete(tx, record);
    }
    memberships.rename(tx, record, groupName);
    groups.put(tx, { ...record, groupName, path: NewPath ?? record.path });
  },
};
