import { fault } from '../../kernel/fault.ts';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { timestamp } from './names.ts';
import { type RoleRecord, roles } from './roles.ts';
import type { Tag } from './tags.ts';
import { newUniqueId } from './unique-ids.ts';

/** What a new role is made of. */
export interface NewRole {
  readonly account: string;
  readonly roleName: string;
  readonly trustPolicy: StoredPolicy;
  readonly path?: string | undefined;
  readonly description?: string | undefined;
  readonly maxSessionSeconds?: number | undefined;
  readonly tags?: readonly Tag[];
  readonly linkedService?: string;
}

/** Where the roles of services live; nobody else makes roles there. */
export const serviceLinkedPath = '/aws-service-role/';

/**
 * Creates a role that may do nothing yet.
 *
 * @throws {Fault} `EntityAlreadyExists`, `LimitExceeded`
 */
export const createRoleRecord = (tx: Transaction, given: NewRole, now: Date): RoleRecord => {
  const { account, roleName, trustPolicy, path = '/', description, maxSessionSeconds = 3600, tags = [] } = given;
  if (roles.find(tx, account, roleName)) {
    throw fault('EntityAlreadyExists', `Role with name ${roleName} already exists.`);
  }
  accounts.countOneMore(tx, account, 'RolesPerAccount', now);
  const record: RoleRecord = {
    account,
    roleName,
    path,
    roleId: newUniqueId('AROA'),
    createdAt: timestamp(now),
    ...(description !== undefined && { description }),
    maxSessionSeconds,
    trustPolicy,
    tags,
    inlinePolicies: [],
    attachedPolicies: [],
    instanceProfileNames: [],
    ...(given.linkedService !== undefined && { linkedService: given.linkedService }),
  };
  roles.put(tx, record);
  return record;
};
