import type { ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Call } from '../../../kernel/call.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { Page, PageRequest } from '../../../store/collection.ts';
import { toPolicy } from '../access.ts';
import { type Attachment, attachments } from '../attachments.ts';
import { attachedEntity, type EntityRecord } from '../entities.ts';
import { listed } from '../listing.ts';
import type { IamPolicy } from '../policies.ts';

type ListEntitiesForPolicy = Operation<
  'ListEntitiesForPolicy',
  Input<ListEntitiesForPolicyCommandInput>,
  Output<ListEntitiesForPolicyCommandOutput>,
  IamPolicy
>;

/**
 * Lists the users, groups and roles a managed policy is attached to, as a permissions policy or as a boundary.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
export const listEntitiesForPolicy: ListEntitiesForPolicy = {
  name: 'ListEntitiesForPolicy',
  access: ({ PolicyArn }, call) => toPolicy(call, PolicyArn),
  handle: (input, { record }, call) => {
    const { EntityFilter, PolicyUsageFilter, PathPrefix = '/' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => entitiesOf(record.arn, page, call),
      ({ attachment, entity }) =>
        (!EntityFilter || EntityFilter === attachment.entityKind) &&
        (!PolicyUsageFilter || PolicyUsageFilter === attachment.usage) &&
        entity.path.startsWith(PathPrefix),
    );
    const entities = items.map(({ entity }) => entity);
    return {
      PolicyUsers: entities.flatMap((entity) =>
        'userId' in entity ? [{ UserName: entity.userName, UserId: entity.userId }] : [],
      ),
      PolicyGroups: entities.flatMap((entity) =>
        'groupId' in entity ? [{ GroupName: entity.groupName, GroupId: entity.groupId }] : [],
      ),
      PolicyRoles: entities.flatMap((entity) =>
        'roleId' in entity ? [{ RoleName: entity.roleName, RoleId: entity.roleId }] : [],
      ),
      ...truncation,
    };
  },
};

interface Attached {
  readonly attachment: Attachment;
  readonly entity: EntityRecord;
}

const entitiesOf = (policyArn: string, page: PageRequest, { tx, account }: Call): Page<Attached> => {
  const { items, next } = attachments.list(tx, account, policyArn, page);
  return { items: items.map((attachment) => ({ attachment, entity: attachedEntity(tx, attachment) })), next };
};
