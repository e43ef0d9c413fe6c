import { randomUuid } from '../../crypto/random.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { Resource } from '../../kernel/operation.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { createRoleRecord, serviceLinkedPath } from './create-role-record.ts';
import { deleteRoleRecord } from './delete-role-record.ts';
import { addAttachment, detachPolicy } from './held-policies.ts';
import { findLinkedService, type LinkedService } from './linked-services.ts';
import { roleHolder } from './policy-holders.ts';
import { type RoleRecord, roleArn, roles } from './roles.ts';

/** What a new service-linked role is made of. */
export interface NewLinkedRole {
  readonly account: string;
  /** Service principal, e.g. `elasticbeanstalk.amazonaws.com`. */
  readonly service: string;
  readonly roleName: string;
  readonly description?: string | undefined;
}

/** A deletion that was asked for; it is over at once, its id remains. */
interface DeletionTask {
  readonly roleArn: string;
}

const tasks = collection<DeletionTask>('iam.role-deletion-tasks', { key: ['account', 'taskId'] });

/** The path of a service's roles: `/aws-service-role/SERVICE/`. */
export const linkedPath = (service: string): string => `${serviceLinkedPath}${service}/`;

/** `AWSServiceRoleForX`, with `_suffix` where the caller gives one. @throws {Fault} `InvalidInput` */
export const linkedRoleName = (service: string, suffix: string | undefined): string => {
  const { roleName, takesSuffix } = getLinkedService(service);
  if (suffix === undefined) return roleName;
  if (!takesSuffix) throw fault('InvalidInput', `Custom suffix is not allowed for ${service}`);
  return `${roleName}_${suffix}`;
};

/** @throws {Fault} `InvalidInput` for an unknown service or a role that is there already */
export const createLinkedRole = (tx: Transaction, given: NewLinkedRole, now: Date): RoleRecord => {
  const { account, service, roleName, description } = given;
  if (roles.find(tx, account, roleName)) {
    throw fault(
      'InvalidInput',
      `Service role name ${roleName} has been taken in this account, please try a different suffix.`,
    );
  }
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
  const trustPolicy = { text, principals: {} };
  const path = linkedPath(service);
  const created = createRoleRecord(
    tx,
    { account, roleName, path, description, trustPolicy, linkedService: service },
    now,
  );
  const arn = getLinkedService(service).policyArn;
  const policy = awsManagedPolicies.find(arn);
  if (policy) addAttachment(tx, roleHolder(created), arn, policy.policyName);
  return roles.find(tx, account, roleName)!;
};

/**
 * Deletes the role of a service.
 *
 * @returns id of the deletion task
 * @throws {Fault} `NoSuchEntity` for a role that belongs to no service
 */
export const deleteLinkedRole = (tx: Transaction, account: string, role: RoleRecord): string => {
  if (role.linkedService === undefined) {
    throw fault('NoSuchEntity', `The service linked role with name ${role.roleName} cannot be found.`);
  }
  const taskId = `task${linkedPath(role.linkedService)}${role.roleName}/${randomUuid()}`;
  for (const { policyArn } of role.attachedPolicies) {
    detachPolicy(tx, roleHolder(roles.find(tx, account, role.roleName)!), policyArn);
  }
  deleteRoleRecord(tx, roles.find(tx, account, role.roleName)!);
  tasks.put(tx, [account, taskId], { roleArn: roleArn(role) });
  return taskId;
};

/** @throws {Fault} `NoSuchEntity` */
export const requireDeletionTask = (tx: Transaction, account: string, taskId: string): void => {
  if (!tasks.find(tx, [account, taskId])) throw noSuchTask(taskId);
};

/** The role that a deletion task is about. @throws {Fault} `InvalidInput` for what is no task id */
export const deletionResource = (account: string, taskId: string): Resource => {
  const match = /^task(\/aws-service-role\/[^/]+\/)([^/]+)\/[0-9a-f-]+$/.exec(taskId);
  if (!match) throw fault('InvalidInput', `${taskId} is not a valid deletion task id.`);
  return { arn: roleArn({ account, path: match[1]!, roleName: match[2]! }), account, type: 'AWS::IAM::Role' };
};

const noSuchTask = (taskId: string): Fault => fault('NoSuchEntity', `Deletion task ${taskId} cannot be found.`);

const getLinkedService = (service: string): LinkedService => {
  const found = findLinkedService(service);
  if (!found) throw fault('InvalidInput', `Service name ${service} is invalid.`);
  return found;
};
