import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Transaction } from '../../store/store.ts';
import type { Attachment } from './attachments.ts';
import { type GroupRecord, groupArn, groups } from './groups.ts';
import { memberships } from './memberships.ts';
import { groupHolder, type PolicyHolder, roleHolder, userHolder } from './policy-holders.ts';
import { type RoleRecord, roleArn, roles } from './roles.ts';
import { type UserRecord, userArn, users } from './users.ts';

/** A user, group or role. */
export type EntityRecord = UserRecord | GroupRecord | RoleRecord;

/** A user, group or role as what an operation on "an entity" asks for. */
export interface IamEntity extends Resource {
  readonly record: EntityRecord;
}

/**
 * The user, group or role with an ARN, or what stands for it where there is none.
 *
 * @throws {Fault} `InvalidInput` for what cannot name one
 */
export const entityResource = (tx: Transaction, arn: string): IamEntity | AbsentResource => {
  const match = /^arn:aws:iam::(\d{12}):(user|group|role)\/(?:[!-~]+\/)?([\w+=,.@-]{1,128})$/.exec(arn);
  if (!match) {
    throw fault('InvalidInput', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  }
  const [, account, kind, name] = match as unknown as [string, string, EntityKind, string];
  return kinds[kind](tx, account, name);
};

type EntityKind = 'user' | 'group' | 'role';

const kinds: Readonly<
  Record<EntityKind, (tx: Transaction, account: string, name: string) => IamEntity | AbsentResource>
> = { user: users.resource, group: groups.resource, role: roles.resource };

/** The entity as the holder of its own policies. */
const holderOf = (entity: EntityRecord): PolicyHolder => {
  if ('userId' in entity) return userHolder(entity);
  return 'groupId' in entity ? groupHolder(entity) : roleHolder(entity);
};

/** Everybody whose policies the entity has: itself and, for a user, its groups. */
export const holdersOf = (tx: Transaction, entity: EntityRecord): readonly PolicyHolder[] => [
  holderOf(entity),
  ...('userId' in entity ? memberships.groupsOf(tx, entity).map(groupHolder) : []),
];

/** The ARN of an entity. */
export const entityArn = (entity: EntityRecord): string => {
  if ('userId' in entity) return userArn(entity);
  return 'groupId' in entity ? groupArn(entity) : roleArn(entity);
};

/** Unique id of an entity. */
export const uniqueIdOf = (entity: EntityRecord): string => {
  if ('userId' in entity) return entity.userId;
  return 'groupId' in entity ? entity.groupId : entity.roleId;
};

/** Name of an entity. */
export const entityName = (entity: EntityRecord): string => {
  if ('userId' in entity) return entity.userName;
  return 'groupId' in entity ? entity.groupName : entity.roleName;
};

/** The entity that a policy is attached to. Both are written together, so it is there. */
export const attachedEntity = (tx: Transaction, { entityKind, entityId }: Attachment): EntityRecord => {
  if (entityKind === 'User') return users.findById(tx, entityId)!;
  return entityKind === 'Group' ? groups.findById(tx, entityId)! : roles.findById(tx, entityId)!;
};
