import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource, Conditions, Resource } from '../../kernel/operation.ts';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { nameKey } from './names.ts';
import type { AttachedPolicy, InlinePolicy } from './policy-holders.ts';
import { iamResourceTagConditions, type Tag, tagRecord } from './tags.ts';

/** One IAM role with everything that is embedded in it or attached to it. */
export interface RoleRecord {
  readonly account: string;
  readonly roleName: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** `AROA…`; another one when a role is deleted and created again. */
  readonly roleId: string;
  readonly createdAt: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  /** Who may assume it. */
  readonly trustPolicy: StoredPolicy;
  /** Sorted by key. */
  readonly tags: readonly Tag[];
  /** Sorted by name. */
  readonly inlinePolicies: readonly InlinePolicy[];
  /** In order of attachment. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  /** ARN of the managed policy that bounds the role. */
  readonly permissionsBoundary?: string;
  readonly instanceProfileNames: readonly string[];
  /** The service whose role it is, e.g. `elasticbeanstalk.amazonaws.com`; only that service changes it. */
  readonly linkedService?: string;
}

/** An IAM role as policies see it. */
export interface IamRole extends Resource {
  readonly record: RoleRecord;
}

const records = collection<RoleRecord>('iam.roles', {
  key: ['account', 'nameKey'],
  indexes: { roleId: ({ roleId }) => [roleId] },
  large: true,
});

/** Roles by account and name. */
export const roles = {
  find: (tx: Transaction, account: string, roleName: string): RoleRecord | undefined =>
    records.find(tx, [account, nameKey(roleName)]),

  findById: (tx: Transaction, roleId: string): RoleRecord | undefined => records.listBy(tx, 'roleId', [roleId])[0],

  /** The role that has exactly this ARN. */
  findByArn: (tx: Transaction, arn: string): RoleRecord | undefined => {
    const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn);
    const role = match ? roles.find(tx, match[1]!, match[2]!) : undefined;
    return role && roleArn(role) === arn ? role : undefined;
  },

  /** The role as a resource, or what stands for it where there is none. */
  resource: (tx: Transaction, account: string, roleName: string): IamRole | AbsentResource => {
    const record = roles.find(tx, account, roleName);
    return record ? roleResource(record) : absentRole(account, roleName);
  },

  put: (tx: Transaction, record: RoleRecord): void => records.put(tx, keyOf(record), record),

  delete: (tx: Transaction, record: RoleRecord): void => records.delete(tx, keyOf(record)),

  /** A page of an account's roles, by name. */
  list: (tx: Transaction, account: string, page: PageRequest): Page<RoleRecord> => records.list(tx, [account], page),
} as const;

/** `arn:aws:iam::111122223333:role/path/name` */
export const roleArn = ({ account, path, roleName }: Pick<RoleRecord, 'account' | 'path' | 'roleName'>): string =>
  `arn:aws:iam::${account}:role${path}${roleName}`;

/** A role as a resource. */
const roleResource = (record: RoleRecord): IamRole => ({
  arn: roleArn(record),
  account: record.account,
  type: 'AWS::IAM::Role',
  tags: tagRecord(record.tags),
  conditions: (): Conditions => iamResourceTagConditions(record.tags),
  record,
});

/** @throws {Fault} `UnmodifiableEntity` for a role that belongs to a service */
export const requireModifiable = (role: RoleRecord): RoleRecord => {
  if (role.linkedService === undefined) return role;
  throw fault(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${role.roleName}' - this role is only modifiable by AWS`,
  );
};

/** A role with another description; undefined leaves it as it is. */
export const withDescription = (role: RoleRecord, description: string | undefined): RoleRecord =>
  description === undefined ? role : { ...role, description };

/** IAM's answer to a role name that the account does not have. */
export const noSuchRole = (roleName: string): Fault =>
  fault('NoSuchEntity', `The role with name ${roleName} cannot be found.`);

const absentRole = (account: string, roleName: string): AbsentResource => ({
  arn: roleArn({ account, path: '/', roleName }),
  account,
  type: 'AWS::IAM::Role',
  absent: noSuchRole(roleName),
});

const keyOf = ({ account, roleName }: RoleRecord): readonly string[] => [account, nameKey(roleName)];
