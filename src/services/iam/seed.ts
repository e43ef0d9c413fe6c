import type { Transaction } from '../../store/store.ts';
import { userOwner } from './access-key-owners.ts';
import type { AccessKeys, ChosenKeyPair } from './access-keys.ts';
import { createPolicyRecord, createUserRecord, requireManagedDocument } from './create.ts';
import { attachPolicy, putInlinePolicy } from './held-policies.ts';
import { defaultVersion, type PolicyRecord, policies } from './policies.ts';
import { requireWellFormed } from './policy-documents.ts';
import { userHolder } from './policy-holders.ts';
import { mergeTags, parseTags } from './tags.ts';
import { type UserRecord, users } from './users.ts';

/** A user as a fixture file describes it. */
export interface UserSeed {
  readonly account: string;
  readonly userName: string;
  readonly accessKeys: readonly ChosenKeyPair[];
  /** Inline policies, name → JSON text. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs. */
  readonly attachedPolicies: readonly string[];
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
export const seedUser = (tx: Transaction, accessKeys: AccessKeys, seed: UserSeed, now: Date): void => {
  const { account, userName } = seed;
  const current = (): UserRecord =>
    users.find(tx, account, userName) ?? createUserRecord(tx, { account, userName }, now);
  const tags = parseTags(Object.entries(seed.tags).map(([Key, Value]) => ({ Key, Value })));
  users.put(tx, { ...current(), tags: mergeTags(current().tags, tags) });
  for (const [policyName, document] of Object.entries(seed.inlinePolicies)) {
    requireWellFormed(document, 'identity');
    putInlinePolicy(tx, userHolder(current()), policyName, document);
  }
  for (const policyArn of seed.attachedPolicies) attachPolicy(tx, userHolder(current()), policyArn);
  for (const pair of seed.accessKeys) {
    if (current().accessKeyIds.includes(pair.accessKeyId))
      accessKeys.delete(tx, userOwner(current()), pair.accessKeyId);
    accessKeys.create(tx, userOwner(current()), now, pair);
  }
};

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
