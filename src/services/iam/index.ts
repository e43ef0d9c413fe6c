import type { Identities } from '../../kernel/caller.ts';
import type { Service } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { SessionTokens } from '../../kernel/session-token.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { AccessKeys, type ChosenKeyPair, type NewAccessKey } from './access-keys.ts';
import { accounts } from './accounts.ts';
import { Credentials } from './credentials.ts';
import type { Iam } from './iam.ts';
import { LastUsed } from './last-used.ts';
import { refusingSessionsWithoutMfa } from './mfa-sessions.ts';
import { attachUserPolicy } from './operations/attach-user-policy.ts';
import { createAccessKey } from './operations/create-access-key.ts';
import { createPolicy } from './operations/create-policy.ts';
import { createPolicyVersion } from './operations/create-policy-version.ts';
import { createUser } from './operations/create-user.ts';
import { deleteAccessKey } from './operations/delete-access-key.ts';
import { deletePolicy } from './operations/delete-policy.ts';
import { deletePolicyVersion } from './operations/delete-policy-version.ts';
import { deleteUser } from './operations/delete-user.ts';
import { deleteUserPermissionsBoundary } from './operations/delete-user-permissions-boundary.ts';
import { deleteUserPolicy } from './operations/delete-user-policy.ts';
import { detachUserPolicy } from './operations/detach-user-policy.ts';
import { getAccessKeyLastUsed } from './operations/get-access-key-last-used.ts';
import { getPolicy } from './operations/get-policy.ts';
import { getPolicyVersion } from './operations/get-policy-version.ts';
import { getUser } from './operations/get-user.ts';
import { getUserPolicy } from './operations/get-user-policy.ts';
import { listAccessKeys } from './operations/list-access-keys.ts';
import { listAttachedUserPolicies } from './operations/list-attached-user-policies.ts';
import { listEntitiesForPolicy } from './operations/list-entities-for-policy.ts';
import { listPolicies } from './operations/list-policies.ts';
import { listPolicyVersions } from './operations/list-policy-versions.ts';
import { listUserPolicies } from './operations/list-user-policies.ts';
import { listUserTags } from './operations/list-user-tags.ts';
import { listUsers } from './operations/list-users.ts';
import { putUserPermissionsBoundary } from './operations/put-user-permissions-boundary.ts';
import { putUserPolicy } from './operations/put-user-policy.ts';
import { setDefaultPolicyVersion } from './operations/set-default-policy-version.ts';
import { simulateCustomPolicy } from './operations/simulate-custom-policy.ts';
import { simulatePrincipalPolicy } from './operations/simulate-principal-policy.ts';
import { tagUser } from './operations/tag-user.ts';
import { untagUser } from './operations/untag-user.ts';
import { updateAccessKey } from './operations/update-access-key.ts';
import { updateUser } from './operations/update-user.ts';
import { policiesOf } from './policy-sets.ts';
import { iamPrincipals } from './principals.ts';
import { createRootAccessKey, resetRootAccessKey } from './root-access-keys.ts';
import { type PolicySeed, seedPolicy, seedUser, type UserSeed } from './seed.ts';

export type { ChosenKeyPair, NewAccessKey } from './access-keys.ts';
export type { PolicySeed, UserSeed } from './seed.ts';

/** IAM: the service, and what the rest of the server needs to know of identities. */
export interface IamService extends Service {
  readonly identities: Identities;
  readonly principals: Principals;
  /** Issues the tokens that `identities` accepts; for STS. */
  readonly sessionTokens: SessionTokens;
  /** The account of a long-term key that this server issued or was given; for STS. */
  accountOfAccessKey(tx: Transaction, accessKeyId: string): string | undefined;
  /** The ids of an account's root access keys; undefined: the account does not exist. */
  rootAccessKeyIds(tx: Transaction, account: string): readonly string[] | undefined;
  createRootAccessKey(tx: Transaction, account: string, now: Date, chosen?: ChosenKeyPair): NewAccessKey;
  resetRootAccessKey(tx: Transaction, account: string, now: Date, chosen?: ChosenKeyPair): NewAccessKey;
  seedAccount(tx: Transaction, account: string, now: Date): void;
  seedUser(tx: Transaction, seed: UserSeed, now: Date): void;
  seedPolicy(tx: Transaction, seed: PolicySeed, now: Date): void;
  /** Makes durable when access keys were last used; called every minute or so and before the server stops. */
  flushLastUsed(): Promise<void>;
}

/** How IAM is set up. */
export interface IamOptions {
  readonly store: Store;
  /** Open mode: every account exists, and sessions of keys taken on trust are trusted. */
  readonly open?: boolean;
}

/** Sets IAM up on a store. */
export const iam = ({ store, open = false }: IamOptions): IamService => {
  const accessKeys = new AccessKeys(store.keyWrap('iam.access-key-secret'));
  const sessionTokens = new SessionTokens(store.keyWrap('sts.session-token'));
  const lastUsed = new LastUsed(store, (tx, accessKeyId) => accessKeys.find(tx, accessKeyId) !== undefined);
  const credentials = new Credentials(accessKeys, sessionTokens, open);
  return {
    name: 'iam',
    operations: refusingSessionsWithoutMfa(operationsOf({ accessKeys, lastUsed })),
    identities: {
      findCredential: (tx, accessKeyId, token, now) => credentials.find(tx, accessKeyId, token, now),
      policiesOf,
      noteUse: ({ accessKeyId, session, unverified }, now, region, service) => {
        if (accessKeyId && !session && !unverified) lastUsed.note(accessKeyId, now, region, service);
      },
    },
    principals: iamPrincipals(open),
    sessionTokens,
    accountOfAccessKey: (tx, accessKeyId) => accessKeys.find(tx, accessKeyId)?.account,
    rootAccessKeyIds: (tx, account) => accounts.find(tx, account)?.rootAccessKeyIds,
    createRootAccessKey: (tx, account, now, chosen) => createRootAccessKey(tx, accessKeys, account, now, chosen),
    resetRootAccessKey: (tx, account, now, chosen) => resetRootAccessKey(tx, accessKeys, account, now, chosen),
    seedAccount: (tx, account, now) => void accounts.ensure(tx, account, now),
    seedUser: (tx, seed, now) => seedUser(tx, accessKeys, seed, now),
    seedPolicy,
    flushLastUsed: () => lastUsed.flush(),
  };
};

const operationsOf = (iam: Iam): Service['operations'] => [
  attachUserPolicy,
  createAccessKey(iam),
  createPolicyVersion,
  createPolicy,
  createUser,
  deleteAccessKey(iam),
  deletePolicyVersion,
  deletePolicy,
  deleteUserPermissionsBoundary,
  deleteUserPolicy,
  deleteUser,
  detachUserPolicy,
  getAccessKeyLastUsed(iam),
  getPolicyVersion,
  getPolicy,
  getUserPolicy,
  getUser,
  listAccessKeys(iam),
  listAttachedUserPolicies,
  listEntitiesForPolicy,
  listPolicies,
  listPolicyVersions,
  listUserPolicies,
  listUserTags,
  listUsers,
  putUserPermissionsBoundary,
  putUserPolicy,
  setDefaultPolicyVersion,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
  tagUser,
  untagUser,
  updateAccessKey(iam),
  updateUser(iam),
];
