import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { nameKey, timestamp } from './names.ts';
import { maxPolicyVersions } from './quotas.ts';
import { type Tag, tagRecord } from './tags.ts';

/** A managed policy without its documents. */
export interface PolicySummary {
  readonly arn: string;
  readonly policyName: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** `ANPA…` */
  readonly policyId: string;
  readonly description?: string;
  /** Sorted by key. */
  readonly tags: readonly Tag[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly defaultVersionId: string;
  /** False for the policies of service-linked roles. */
  readonly isAttachable: boolean;
}

/** A managed policy: one of the account's own, or one that AWS publishes. */
export interface ManagedPolicy extends PolicySummary {
  /** Oldest first; never empty. */
  readonly versions: readonly PolicyVersion[];
}

/** One version of a managed policy; never changes. */
export interface PolicyVersion {
  /** `v1`, `v2`, …; a number is never given twice. */
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: string;
}

/** A customer managed policy as stored. */
export interface PolicyRecord extends ManagedPolicy {
  readonly account: string;
  /** Number of the newest version ever made. */
  readonly lastVersion: number;
}

/** A managed policy as policies see it. */
export interface IamPolicy<P extends ManagedPolicy = ManagedPolicy> extends Resource {
  readonly record: P;
}

const records = collection<PolicyRecord>('iam.policies', { key: ['account', 'nameKey'], large: true });

/** Managed policies by ARN. */
export const policies = {
  /** Whichever policy has this ARN, of an account or of AWS. */
  find: (tx: Transaction, arn: string): ManagedPolicy | undefined => policies.finder(arn)(tx),

  /** {@link policies.find} for an ARN that is looked up again and again. */
  finder: (arn: string): ((tx: Transaction) => ManagedPolicy | undefined) => {
    const { account, policyName } = parsePolicyArn(arn);
    if (account === 'aws') return () => awsManagedPolicies.find(arn);
    return (tx) => findOwn(tx, account, policyName, arn);
  },

  findByName: (tx: Transaction, account: string, policyName: string): PolicyRecord | undefined =>
    records.find(tx, [account, nameKey(policyName)]),

  /**
   * A policy to be read: one of AWS's belongs to every account.
   *
   * @param absentMessage the operation's sentence for a policy that is not there
   * @throws {Fault} `InvalidInput` for an ARN that cannot name a policy
   */
  resource: (
    tx: Transaction,
    caller: string,
    arn: string,
    absentMessage = notFound(arn),
  ): IamPolicy | AbsentResource => {
    const { account, policyName } = parsePolicyArn(arn);
    if (account !== 'aws') return ownResource(tx, account, policyName, arn, absentMessage);
    const record = awsManagedPolicies.find(arn);
    return record ? policyResource(record, caller) : absentPolicy(arn, caller, absentMessage);
  },

  /**
   * A policy to be changed: one of AWS's belongs to nobody here, so that no identity policy allows it.
   *
   * @throws {Fault} `InvalidInput` for an ARN that cannot name a policy
   */
  ownedResource: (
    tx: Transaction,
    arn: string,
    absentMessage = notFound(arn),
  ): IamPolicy<PolicyRecord> | AbsentResource => {
    const { account, policyName } = parsePolicyArn(arn);
    return ownResource(tx, account, policyName, arn, absentMessage);
  },

  put: (tx: Transaction, record: PolicyRecord): void => records.put(tx, keyOf(record), record),

  delete: (tx: Transaction, record: PolicyRecord): void => records.delete(tx, keyOf(record)),

  /** A page of an account's own policies, by name. */
  list: (tx: Transaction, account: string, page: PageRequest): Page<PolicyRecord> => records.list(tx, [account], page),
} as const;

/** `arn:aws:iam::111122223333:policy/path/name` */
export const policyArn = (account: string, path: string, policyName: string): string =>
  `arn:aws:iam::${account}:policy${path}${policyName}`;

/**
 * Splits a policy's ARN.
 *
 * @returns `account` is `aws` for AWS's policies
 * @throws {Fault} `InvalidInput` for the ARN of something else, `ValidationError` for what is no ARN
 */
export const parsePolicyArn = (arn: string): { account: string; path: string; policyName: string } => {
  const match = /^arn:aws:iam::(aws|\d{12}):policy(\/(?:[!-~]+\/)?)([\w+=,.@-]{1,128})$/.exec(arn);
  if (!match) throw fault(arn.startsWith('arn:') ? 'InvalidInput' : 'ValidationError', `ARN ${arn} is not valid.`);
  return { account: match[1]!, path: match[2]!, policyName: match[3]! };
};

/** The version in force. */
export const defaultVersion = (policy: ManagedPolicy): PolicyVersion => getVersion(policy, policy.defaultVersionId);

/** @throws {Fault} `NoSuchEntity` */
export const getVersion = (policy: ManagedPolicy, versionId: string): PolicyVersion => {
  const version = policy.versions.find((candidate) => candidate.versionId === versionId);
  if (!version) {
    throw fault('NoSuchEntity', `Policy ${policy.arn} version ${versionId} does not exist or is not attachable.`);
  }
  return version;
};

/**
 * Adds a version.
 *
 * @throws {Fault} `LimitExceeded` when there are five
 */
export const withVersion = (policy: PolicyRecord, document: string, isDefault: boolean, now: Date): PolicyRecord => {
  if (policy.versions.length >= maxPolicyVersions) throw fault('LimitExceeded', tooManyVersions);
  const lastVersion = policy.lastVersion + 1;
  const version = { versionId: `v${lastVersion}`, document, createdAt: timestamp(now) };
  return {
    ...policy,
    lastVersion,
    versions: [...policy.versions, version],
    updatedAt: version.createdAt,
    defaultVersionId: isDefault ? version.versionId : policy.defaultVersionId,
  };
};

/** A policy as a resource of the account that owns it. */
const policyResource = <P extends ManagedPolicy>(record: P, account: string): IamPolicy<P> => ({
  arn: record.arn,
  account,
  type: 'AWS::IAM::Policy',
  tags: tagRecord(record.tags),
  record,
});

/** IAM's sentence where a policy is about to be attached. */
export const notAttachable = (arn: string): string => `Policy ${arn} does not exist or is not attachable.`;

/** The same of a permissions boundary. */
export const notABoundary = (arn: string): string => `Scope ARN: ${arn} does not exist or is not attachable.`;

const findOwn = (tx: Transaction, account: string, policyName: string, arn: string): PolicyRecord | undefined => {
  const record = policies.findByName(tx, account, policyName);
  return record?.arn === arn ? record : undefined;
};

const ownResource = (
  tx: Transaction,
  account: string,
  policyName: string,
  arn: string,
  absentMessage: string,
): IamPolicy<PolicyRecord> | AbsentResource => {
  const record = findOwn(tx, account, policyName, arn);
  return record ? policyResource(record, account) : absentPolicy(arn, account, absentMessage);
};

const absentPolicy = (arn: string, account: string, message: string): AbsentResource => ({
  arn,
  account,
  type: 'AWS::IAM::Policy',
  absent: fault('NoSuchEntity', message),
});

const notFound = (arn: string): string => `Policy ${arn} was not found.`;

const tooManyVersions =
  'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.';

const keyOf = ({ account, policyName }: PolicyRecord): readonly string[] => [account, nameKey(policyName)];
