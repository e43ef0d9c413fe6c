import { fault } from '../../kernel/fault.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { Transaction } from '../../store/store.ts';
import { userOwner } from './access-key-owners.ts';
import type { ChosenKeyPair } from './access-keys.ts';
import { createGroupRecord, createPolicyRecord, createUserRecord, requireManagedDocument } from './create.ts';
import { createRoleRecord } from './create-role-record.ts';
import { groups } from './groups.ts';
import { attachPolicy, putInlinePolicy } from './held-policies.ts';
import type { Iam } from './iam.ts';
import { memberships } from './memberships.ts';
import { timestamp } from './names.ts';
import { defaultVersion, type PolicyRecord, policies } from './policies.ts';
import { requireWellFormed } from './policy-documents.ts';
import { groupHolder, type PolicyHolder, roleHolder, userHolder } from './policy-holders.ts';
import { roles } from './roles.ts';
import { anyCaseTags, mergeTags, parseTags } from './tags.ts';
import { acceptTrustPolicy } from './trust-policies.ts';
import { type UserRecord, users } from './users.ts';

/** What a user, group or role of a fixture file may do. */
interface SeededPermissions {
  readonly account: string;
  /** Inline policies, name → JSON text. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs. */
  readonly attachedPolicies: readonly string[];
}

/** A user as a fixture file describes it. */
export interface UserSeed extends SeededPermissions {
  readonly userName: string;
  readonly accessKeys: readonly ChosenKeyPair[];
  /** Records of FIDO security keys, which no API makes. */
  readonly securityKeys?: readonly SecurityKeySeed[];
  /** Names of groups, which exist. */
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A FIDO security key as a fixture file describes it. */
export interface SecurityKeySeed {
  readonly name: string;
  /** E.g. `{ FIDO: 'L1' }`. */
  readonly certifications: Readonly<Record<string, string>>;
}

/** A group as a fixture file describes it. */
export interface GroupSeed extends SeededPermissions {
  readonly groupName: string;
}

/** A role as a fixture file describes it. */
export interface RoleSeed extends SeededPermissions {
  readonly roleName: string;
  /** JSON text; whom it names exists. */
  readonly trustPolicy: string;
  readonly maxSessionSeconds?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A customer managed policy as a fixture file describes it. */
export interface PolicySeed {
  readonly account: string;
  readonly policyName: string;
  readonly document: string;
}

/**
 * Makes a user as described. One that is there keeps its unique id and whatever the description does not name, so that a
 * server that is started again with the same file ends in the same state.
 *
 * @throws {Fault} as the API operations that would do the same
 */
export const seedUser = (
  tx: Transaction,
  { accessKeys, mfaDevices }: Pick<Iam, 'accessKeys' | 'mfaDevices'>,
  seed: UserSeed,
  now: Date,
): void => {
  const { account, userName } = seed;
  const current = (): UserRecord =>
    users.find(tx, account, userName) ?? createUserRecord(tx, { account, userName }, now);
  users.put(tx, { ...current(), tags: mergeTags(current().tags, tagsOf(seed), anyCaseTags) });
  seedPermissions(tx, () => userHolder(current()), seed);
  for (const groupName of seed.groups) {
    const group = groups.find(tx, account, groupName);
    if (!group) throw fault('NoSuchEntity', `The group with name ${groupName} cannot be found.`);
    memberships.add(tx, group, current());
  }
  for (const pair of seed.accessKeys) {
    if (current().accessKeyIds.includes(pair.accessKeyId))
      accessKeys.delete(tx, userOwner(current()), pair.accessKeyId);
    accessKeys.create(tx, userOwner(current()), now, pair);
  }
  for (const { name, certifications } of seed.securityKeys ?? []) {
    const { userId } = current();
    const serialNumber = `arn:aws:iam::${account}:u2f/user/${userName}/${name}`;
    const made = { createdAt: timestamp(now), enabledAt: timestamp(now), tags: [] };
    mfaDevices.put(tx, { account, serialNumber, ownerId: userId, certifications, ...made });
  }
};

/** Makes a group as described; see {@link seedUser}. @throws {Fault} */
export const seedGroup = (tx: Transaction, seed: GroupSeed, now: Date): void => {
  const { account, groupName } = seed;
  if (!groups.find(tx, account, groupName)) createGroupRecord(tx, { account, groupName }, now);
  seedPermissions(tx, () => groupHolder(groups.find(tx, account, groupName)!), seed);
};

/** Makes a role as described; see {@link seedUser}. @throws {Fault} */
export const seedRole = (tx: Transaction, principals: Principals, seed: RoleSeed, now: Date): void => {
  const { account, roleName, maxSessionSeconds } = seed;
  const trustPolicy = acceptTrustPolicy(seed.trustPolicy, tx, principals);
  const record = roles.find(tx, account, roleName) ?? createRoleRecord(tx, { account, roleName, trustPolicy }, now);
  const tags = mergeTags(record.tags, tagsOf(seed), anyCaseTags);
  roles.put(tx, { ...record, trustPolicy, tags, ...(maxSessionSeconds !== undefined && { maxSessionSeconds }) });
  seedPermissions(tx, () => roleHolder(roles.find(tx, account, roleName)!), seed);
};

/** @param holder gives the holder as it is by then: each step replaces its record */
const seedPermissions = (tx: Transaction, holder: () => PolicyHolder, seed: SeededPermissions): void => {
  for (const [policyName, document] of Object.entries(seed.inlinePolicies)) {
    requireWellFormed(document, 'identity');
    putInlinePolicy(tx, holder(), policyName, document);
  }
  for (const policyArn of seed.attachedPolicies) attachPolicy(tx, holder(), policyArn);
};

const tagsOf = ({ tags }: Pick<UserSeed, 'tags'>) =>
  parseTags(
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    anyCaseTags,
  );

/**
 * Makes a customer managed policy as described; in one that is there, the default version takes the document.
 *
 * @throws {Fault} as CreatePolicy
 */
export const seedPolicy = (tx: Transaction, { account, policyName, document }: PolicySeed, now: Date): void => {
  const existing = policies.findByName(tx, account, policyName);
  if (!existing) createPolicyRecord(tx, { account, policyName, document }, now);
  else if (defaultVersion(existing).document !== document) policies.put(tx, withDocument(existing, document));
};

const withDocument = (policy: PolicyRecord, document: string): PolicyRecord => {
  requireManagedDocument(document);
  const inForce = defaultVersion(policy);
  return {
    ...policy,
    versions: policy.versions.map((version) => (version === inForce ? { ...version, document } : version)),
  };
};
