import type { ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Call } from '../../../kernel/call.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { Page, PageRequest } from '../../../store/collection.ts';
import type { Transaction } from '../../../store/store.ts';
import { toPolicy } from '../access.ts';
import { type Attachment, attachments } from '../attachments.ts';
import { type GroupRecord, groups } from '../groups.ts';
import { listed } from '../listing.ts';
import type { IamPolicy } from '../policies.ts';
import { type RoleRecord, roles } from '../roles.ts';
import { type UserRecord, users } from '../users.ts';

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
  readonly entity: UserRecord | GroupRecord | RoleRecord;
}

const entitiesOf = (policyArn: string, page: PageRequest, { tx, account }: Call): Page<Attached> => {
  const { items, next } = attachments.list(tx, account, policyArn, page);
  return { items: items.map((attachment) => ({ attachment, entity: entityOf(tx, attachment) })), next };
};

/** Attachments are written together with the identity's own record, so the identity is there. */
const entityOf = (tx: Transaction, { entityKind, entityId }: Attachment): Attached['entity'] => {
  if (entityKind === 'User') return users.findById(tx, entityId)!;
  return entityKind === 'Group' ? groups.findById(tx, entityId)! : roles.findById(tx, entityId)!;
};
