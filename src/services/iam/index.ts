import type { Job } from '../../events/scheduler.ts';
import type { Accounts } from '../../kernel/accounts.ts';
import { AuthorizationMessages } from '../../kernel/authorization-message.ts';
import type { Caller, Identities } from '../../kernel/caller.ts';
import type { Service } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { SessionTokens } from '../../kernel/session-token.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { AccessKeys, type ChosenKeyPair, type NewAccessKey } from './access-keys.ts';
import { accounts } from './accounts.ts';
import { Credentials } from './credentials.ts';
import { type DelegatedAccess, DelegatedAccesses } from './delegated-access.ts';
import { notifyRequestor } from './delegation-notices.ts';
import { delegationJobs } from './delegation-requests.ts';
import type { Iam } from './iam.ts';
import { LastUsed } from './last-used.ts';
import { memberAccounts } from './member-accounts.ts';
import { MfaDevices } from './mfa-devices.ts';
import { refusingSessionsWithoutMfa } from './mfa-sessions.ts';
import { mayActAsRoot } from './organization-features.ts';
import { keySetOf, OutboundFederation, type TokenAlgorithm } from './outbound-federation.ts';
import { policiesOf } from './policy-sets.ts';
import { iamPrincipals } from './principals.ts';
import { createRootAccessKey, resetRootAccessKey } from './root-access-keys.ts';
import { SamlPrivateKeys } from './saml-private-keys.ts';
import {
  type GroupSeed,
  type PolicySeed,
  type RoleSeed,
  seedGroup,
  seedPolicy,
  seedRole,
  seedUser,
  type UserSeed,
} from './seed.ts';
import { ServiceUses } from './service-uses.ts';
import { assumableRole, requireMfa, requireSessionPolicies } from './sts-port.ts';
import { accountOperations } from './tables/account.ts';
import { credentialOperations } from './tables/credentials.ts';
import { delegationOperations } from './tables/delegation.ts';
import { groupOperations } from './tables/groups.ts';
import { identityProviderOperations } from './tables/identity-providers.ts';
import { instanceProfileOperations } from './tables/instance-profiles.ts';
import { mfaDeviceOperations } from './tables/mfa-devices.ts';
import { organizationOperations } from './tables/organization.ts';
import { policyOperations } from './tables/policies.ts';
import { reportOperations } from './tables/reports.ts';
import { roleOperations } from './tables/roles.ts';
import { serverCertificateOperations } from './tables/server-certificates.ts';
import { userOperations } from './tables/users.ts';

export type { ChosenKeyPair, NewAccessKey } from './access-keys.ts';
export type { GroupSeed, PolicySeed, RoleSeed, UserSeed } from './seed.ts';

/** IAM: the service, and what the rest of the server needs to know of identities. */
export interface IamService extends Service {
  readonly identities: Identities;
  readonly principals: Principals;
  /** Accounts as such; for Organizations. */
  readonly accounts: Accounts;
  /** Issues the tokens that `identities` accepts; for STS. */
  readonly sessionTokens: SessionTokens;
  /** Seals why a request was refused; for STS, and for services whose refusals carry it. */
  readonly authorizationMessages: AuthorizationMessages;
  /** The account of a long-term key that this server issued or was given; for STS. */
  accountOfAccessKey(tx: Transaction, accessKeyId: string): string | undefined;
  /** For STS; see `sts-port.ts`, as the next two. */
  assumableRole(tx: Transaction, roleArn: string): ReturnType<typeof assumableRole>;
  requireMfa(tx: Transaction, caller: Caller, mfa: Parameters<typeof requireMfa>[3], now: Date): void;
  requireSessionPolicies: typeof requireSessionPolicies;
  mayActAsRoot: typeof mayActAsRoot;
  /** What an account may trade an exchange token for; undefined: it is none of that account's. For STS. */
  findDelegatedAccess(tx: Transaction, account: string, token: string, now: Date): DelegatedAccess | undefined;
  /** What happens by itself, by kind of timer. */
  readonly jobs: Readonly<Record<string, Job>>;
  /** The issuer that signs an account's web identity tokens; undefined: the account has none enabled. */
  tokenIssuer(tx: Transaction, account: string): TokenIssuer | undefined;
  /** An issuer's URL and public keys, also while it is disabled. */
  findIssuer(tx: Transaction, issuerId: string): PublishedIssuer | undefined;
  /** Says where others find issuers: this and the issuer's id. Called before anything is served. */
  publishIssuersUnder(prefix: string): void;
  /** The ids of an account's root access keys; undefined: the account does not exist. */
  rootAccessKeyIds(tx: Transaction, account: string): readonly string[] | undefined;
  createRootAccessKey(tx: Transaction, account: string, now: Date, chosen?: ChosenKeyPair): NewAccessKey;
  resetRootAccessKey(tx: Transaction, account: string, now: Date, chosen?: ChosenKeyPair): NewAccessKey;
  seedAccount(tx: Transaction, account: string, now: Date): void;
  seedUser(tx: Transaction, seed: UserSeed, now: Date): void;
  seedPolicy(tx: Transaction, seed: PolicySeed, now: Date): void;
  seedGroup(tx: Transaction, seed: GroupSeed, now: Date): void;
  seedRole(tx: Transaction, seed: RoleSeed, now: Date): void;
  /** Makes durable when access keys, users and roles were last active; called every minute or so and before the server stops. */
  flushLastUsed(): Promise<void>;
}

/** Who signs tokens for an account. */
export interface TokenIssuer {
  /** `iss` */
  readonly url: string;
  /** @returns a JSON Web Token */
  sign(algorithm: TokenAlgorithm, claims: object): string;
}

/** What everybody may know of an issuer. */
export interface PublishedIssuer {
  readonly url: string;
  readonly keySet: ReturnType<typeof keySetOf>;
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
  const mfaDevices = new MfaDevices(store.keyWrap('iam.mfa-seed'));
  const samlPrivateKeys = new SamlPrivateKeys(store.keyWrap('iam.saml-private-key'));
  const serverKeyWrap = store.keyWrap('iam.server-certificate-key');
  const serviceUses = new ServiceUses(store);
  const delegatedAccesses = new DelegatedAccesses(store.keyWrap('iam.exchange-token'));
  const outboundFederation = new OutboundFederation(store.keyWrap('iam.web-identity-key'));
  const principals = iamPrincipals(open);
  const credentials = new Credentials(accessKeys, sessionTokens, open);
  return {
    name: 'iam',
    operations: refusingSessionsWithoutMfa(
      operationsOf({
        accessKeys,
        lastUsed,
        mfaDevices,
        samlPrivateKeys,
        serverKeyWrap,
        serviceUses,
        outboundFederation,
        delegatedAccesses,
        principals,
      }),
    ),
    identities: {
      findCredential: (tx, accessKeyId, token, now) => credentials.find(tx, accessKeyId, token, now),
      policiesOf,
      noteUse: ({ accessKeyId, session, uniqueId, unverified }, now, region, service) => {
        if (accessKeyId && !session && !unverified) lastUsed.note(accessKeyId, now, region, service);
        if (uniqueId) serviceUses.note(uniqueId, now, region, service);
      },
    },
    principals,
    accounts: memberAccounts(principals, open),
    sessionTokens,
    authorizationMessages: new AuthorizationMessages(store.keyWrap('sts.authorization-message')),
    assumableRole,
    requireMfa: (tx, caller, mfa, now) => requireMfa(tx, mfaDevices, caller, mfa, now),
    requireSessionPolicies,
    mayActAsRoot,
    findDelegatedAccess: (tx, account, token, now) => delegatedAccesses.find(tx, account, token, now),
    jobs: delegationJobs(notifyRequestor),
    tokenIssuer: (tx, account) => {
      const issuer = outboundFederation.findEnabled(tx, account);
      return (
        issuer && {
          url: outboundFederation.urlOf(issuer),
          sign: (algorithm, claims) => outboundFederation.sign(issuer, algorithm, claims),
        }
      );
    },
    publishIssuersUnder: (prefix) => outboundFederation.publishUnder(prefix),
    findIssuer: (tx, issuerId) => {
      const issuer = outboundFederation.findById(tx, issuerId);
      return issuer && { url: outboundFederation.urlOf(issuer), keySet: keySetOf(issuer) };
    },
    accountOfAccessKey: (tx, accessKeyId) => accessKeys.find(tx, accessKeyId)?.account,
    rootAccessKeyIds: (tx, account) => accounts.find(tx, account)?.rootAccessKeyIds,
    createRootAccessKey: (tx, account, now, chosen) => createRootAccessKey(tx, accessKeys, account, now, chosen),
    resetRootAccessKey: (tx, account, now, chosen) => resetRootAccessKey(tx, accessKeys, account, now, chosen),
    seedAccount: (tx, account, now) => void accounts.ensure(tx, account, now),
    seedUser: (tx, seed, now) => seedUser(tx, { accessKeys, mfaDevices }, seed, now),
    seedPolicy,
    seedGroup,
    seedRole: (tx, seed, now) => seedRole(tx, principals, seed, now),
    flushLastUsed: async () => {
      await lastUsed.flush();
      await serviceUses.flush();
    },
  };
};

/** Every operation, by noun. */
const operationsOf = (iam: Iam): Service['operations'] => [
  ...accountOperations(iam),
  ...credentialOperations(iam),
  ...delegationOperations(iam),
  ...groupOperations,
  ...identityProviderOperations(iam),
  ...instanceProfileOperations(iam),
  ...mfaDeviceOperations(iam),
  ...organizationOperations(iam),
  ...policyOperations,
  ...reportOperations(iam),
  ...roleOperations(iam),
  ...serverCertificateOperations(iam),
  ...userOperations(iam),
];
