import { AuthorizationMessages } from '../../kernel/authorization-message.ts';
import type { Caller, Identities } from '../../kernel/caller.ts';
import type { Service } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { SessionTokens } from '../../kernel/session-token.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { AccessKeys, type ChosenKeyPair, type NewAccessKey } from './access-keys.ts';
import { accounts } from './accounts.ts';
import { Credentials } from './credentials.ts';
import type { Iam } from './iam.ts';
import { LastUsed } from './last-used.ts';
import { MfaDevices } from './mfa-devices.ts';
import { refusingSessionsWithoutMfa } from './mfa-sessions.ts';
import { addClientIdToOpenIdConnectProvider } from './operations/add-client-id-to-open-id-connect-provider.ts';
import { addRoleToInstanceProfile } from './operations/add-role-to-instance-profile.ts';
import { addUserToGroup } from './operations/add-user-to-group.ts';
import { attachGroupPolicy } from './operations/attach-group-policy.ts';
import { attachRolePolicy } from './operations/attach-role-policy.ts';
import { attachUserPolicy } from './operations/attach-user-policy.ts';
import { changePassword } from './operations/change-password.ts';
import { createAccessKey } from './operations/create-access-key.ts';
import { createAccountAlias } from './operations/create-account-alias.ts';
import { createGroup } from './operations/create-group.ts';
import { createInstanceProfile } from './operations/create-instance-profile.ts';
import { createLoginProfile } from './operations/create-login-profile.ts';
import { createOpenIdConnectProvider } from './operations/create-open-id-connect-provider.ts';
import { createPolicy } from './operations/create-policy.ts';
import { createPolicyVersion } from './operations/create-policy-version.ts';
import { createRole } from './operations/create-role.ts';
import { createSamlProvider } from './operations/create-saml-provider.ts';
import { createServiceLinkedRole } from './operations/create-service-linked-role.ts';
import { createServiceSpecificCredential } from './operations/create-service-specific-credential.ts';
import { createUser } from './operations/create-user.ts';
import { createVirtualMfaDevice } from './operations/create-virtual-mfa-device.ts';
import { deactivateMfaDevice } from './operations/deactivate-mfa-device.ts';
import { deleteAccessKey } from './operations/delete-access-key.ts';
import { deleteAccountAlias } from './operations/delete-account-alias.ts';
import { deleteAccountPasswordPolicy } from './operations/delete-account-password-policy.ts';
import { deleteGroup } from './operations/delete-group.ts';
import { deleteGroupPolicy } from './operations/delete-group-policy.ts';
import { deleteInstanceProfile } from './operations/delete-instance-profile.ts';
import { deleteLoginProfile } from './operations/delete-login-profile.ts';
import { deleteOpenIdConnectProvider } from './operations/delete-open-id-connect-provider.ts';
import { deletePolicy } from './operations/delete-policy.ts';
import { deletePolicyVersion } from './operations/delete-policy-version.ts';
import { deleteRole } from './operations/delete-role.ts';
import { deleteRolePermissionsBoundary } from './operations/delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from './operations/delete-role-policy.ts';
import { deleteSamlProvider } from './operations/delete-saml-provider.ts';
import { deleteServerCertificate } from './operations/delete-server-certificate.ts';
import { deleteServiceLinkedRole } from './operations/delete-service-linked-role.ts';
import { deleteServiceSpecificCredential } from './operations/delete-service-specific-credential.ts';
import { deleteSigningCertificate } from './operations/delete-signing-certificate.ts';
import { deleteSshPublicKey } from './operations/delete-ssh-public-key.ts';
import { deleteUser } from './operations/delete-user.ts';
import { deleteUserPermissionsBoundary } from './operations/delete-user-permissions-boundary.ts';
import { deleteUserPolicy } from './operations/delete-user-policy.ts';
import { deleteVirtualMfaDevice } from './operations/delete-virtual-mfa-device.ts';
import { detachGroupPolicy } from './operations/detach-group-policy.ts';
import { detachRolePolicy } from './operations/detach-role-policy.ts';
import { detachUserPolicy } from './operations/detach-user-policy.ts';
import { enableMfaDevice } from './operations/enable-mfa-device.ts';
import { generateCredentialReport } from './operations/generate-credential-report.ts';
import { generateServiceLastAccessedDetails } from './operations/generate-service-last-accessed-details.ts';
import { getAccessKeyLastUsed } from './operations/get-access-key-last-used.ts';
import { getAccountAuthorizationDetails } from './operations/get-account-authorization-details.ts';
import { getAccountPasswordPolicy } from './operations/get-account-password-policy.ts';
import { getAccountSummary } from './operations/get-account-summary.ts';
import { getContextKeysForCustomPolicy } from './operations/get-context-keys-for-custom-policy.ts';
import { getContextKeysForPrincipalPolicy } from './operations/get-context-keys-for-principal-policy.ts';
import { getCredentialReport } from './operations/get-credential-report.ts';
import { getGroup } from './operations/get-group.ts';
import { getGroupPolicy } from './operations/get-group-policy.ts';
import { getInstanceProfile } from './operations/get-instance-profile.ts';
import { getLoginProfile } from './operations/get-login-profile.ts';
import { getMfaDevice } from './operations/get-mfa-device.ts';
import { getOpenIdConnectProvider } from './operations/get-open-id-connect-provider.ts';
import { getPolicy } from './operations/get-policy.ts';
import { getPolicyVersion } from './operations/get-policy-version.ts';
import { getRole } from './operations/get-role.ts';
import { getRolePolicy } from './operations/get-role-policy.ts';
import { getSamlProvider } from './operations/get-saml-provider.ts';
import { getServerCertificate } from './operations/get-server-certificate.ts';
import { getServiceLastAccessedDetails } from './operations/get-service-last-accessed-details.ts';
import { getServiceLastAccessedDetailsWithEntities } from './operations/get-service-last-accessed-details-with-entities.ts';
import { getServiceLinkedRoleDeletionStatus } from './operations/get-service-linked-role-deletion-status.ts';
import { getSshPublicKey } from './operations/get-ssh-public-key.ts';
import { getUser } from './operations/get-user.ts';
import { getUserPolicy } from './operations/get-user-policy.ts';
import { listAccessKeys } from './operations/list-access-keys.ts';
import { listAccountAliases } from './operations/list-account-aliases.ts';
import { listAttachedGroupPolicies } from './operations/list-attached-group-policies.ts';
import { listAttachedRolePolicies } from './operations/list-attached-role-policies.ts';
import { listAttachedUserPolicies } from './operations/list-attached-user-policies.ts';
import { listEntitiesForPolicy } from './operations/list-entities-for-policy.ts';
import { listGroupPolicies } from './operations/list-group-policies.ts';
import { listGroups } from './operations/list-groups.ts';
import { listGroupsForUser } from './operations/list-groups-for-user.ts';
import { listInstanceProfileTags } from './operations/list-instance-profile-tags.ts';
import { listInstanceProfiles } from './operations/list-instance-profiles.ts';
import { listInstanceProfilesForRole } from './operations/list-instance-profiles-for-role.ts';
import { listMfaDeviceTags } from './operations/list-mfa-device-tags.ts';
import { listMfaDevices } from './operations/list-mfa-devices.ts';
import { listOpenIdConnectProviderTags } from './operations/list-open-id-connect-provider-tags.ts';
import { listOpenIdConnectProviders } from './operations/list-open-id-connect-providers.ts';
import { listPolicies } from './operations/list-policies.ts';
import { listPoliciesGrantingServiceAccess } from './operations/list-policies-granting-service-access.ts';
import { listPolicyTags } from './operations/list-policy-tags.ts';
import { listPolicyVersions } from './operations/list-policy-versions.ts';
import { listRolePolicies } from './operations/list-role-policies.ts';
import { listRoleTags } from './operations/list-role-tags.ts';
import { listRoles } from './operations/list-roles.ts';
import { listSamlProviderTags } from './operations/list-saml-provider-tags.ts';
import { listSamlProviders } from './operations/list-saml-providers.ts';
import { listServerCertificateTags } from './operations/list-server-certificate-tags.ts';
import { listServerCertificates } from './operations/list-server-certificates.ts';
import { listServiceSpecificCredentials } from './operations/list-service-specific-credentials.ts';
import { listSigningCertificates } from './operations/list-signing-certificates.ts';
import { listSshPublicKeys } from './operations/list-ssh-public-keys.ts';
import { listUserPolicies } from './operations/list-user-policies.ts';
import { listUserTags } from './operations/list-user-tags.ts';
import { listUsers } from './operations/list-users.ts';
import { listVirtualMfaDevices } from './operations/list-virtual-mfa-devices.ts';
import { putGroupPolicy } from './operations/put-group-policy.ts';
import { putRolePermissionsBoundary } from './operations/put-role-permissions-boundary.ts';
import { putRolePolicy } from './operations/put-role-policy.ts';
import { putUserPermissionsBoundary } from './operations/put-user-permissions-boundary.ts';
import { putUserPolicy } from './operations/put-user-policy.ts';
import { removeClientIdFromOpenIdConnectProvider } from './operations/remove-client-id-from-open-id-connect-provider.ts';
import { removeRoleFromInstanceProfile } from './operations/remove-role-from-instance-profile.ts';
import { removeUserFromGroup } from './operations/remove-user-from-group.ts';
import { resetServiceSpecificCredential } from './operations/reset-service-specific-credential.ts';
import { resyncMfaDevice } from './operations/resync-mfa-device.ts';
import { setDefaultPolicyVersion } from './operations/set-default-policy-version.ts';
import { setSecurityTokenServicePreferences } from './operations/set-security-token-service-preferences.ts';
import { simulateCustomPolicy } from './operations/simulate-custom-policy.ts';
import { simulatePrincipalPolicy } from './operations/simulate-principal-policy.ts';
import { tagInstanceProfile } from './operations/tag-instance-profile.ts';
import { tagMfaDevice } from './operations/tag-mfa-device.ts';
import { tagOpenIdConnectProvider } from './operations/tag-open-id-connect-provider.ts';
import { tagPolicy } from './operations/tag-policy.ts';
import { tagRole } from './operations/tag-role.ts';
import { tagSamlProvider } from './operations/tag-saml-provider.ts';
import { tagServerCertificate } from './operations/tag-server-certificate.ts';
import { tagUser } from './operations/tag-user.ts';
import { untagInstanceProfile } from './operations/untag-instance-profile.ts';
import { untagMfaDevice } from './operations/untag-mfa-device.ts';
import { untagOpenIdConnectProvider } from './operations/untag-open-id-connect-provider.ts';
import { untagPolicy } from './operations/untag-policy.ts';
import { untagRole } from './operations/untag-role.ts';
import { untagSamlProvider } from './operations/untag-saml-provider.ts';
import { untagServerCertificate } from './operations/untag-server-certificate.ts';
import { untagUser } from './operations/untag-user.ts';
import { updateAccessKey } from './operations/update-access-key.ts';
import { updateAccountPasswordPolicy } from './operations/update-account-password-policy.ts';
import { updateAssumeRolePolicy } from './operations/update-assume-role-policy.ts';
import { updateGroup } from './operations/update-group.ts';
import { updateLoginProfile } from './operations/update-login-profile.ts';
import { updateOpenIdConnectProviderThumbprint } from './operations/update-open-id-connect-provider-thumbprint.ts';
import { updateRole } from './operations/update-role.ts';
import { updateRoleDescription } from './operations/update-role-description.ts';
import { updateSamlProvider } from './operations/update-saml-provider.ts';
import { updateServerCertificate } from './operations/update-server-certificate.ts';
import { updateServiceSpecificCredential } from './operations/update-service-specific-credential.ts';
import { updateSigningCertificate } from './operations/update-signing-certificate.ts';
import { updateSshPublicKey } from './operations/update-ssh-public-key.ts';
import { updateUser } from './operations/update-user.ts';
import { uploadServerCertificate } from './operations/upload-server-certificate.ts';
import { uploadSigningCertificate } from './operations/upload-signing-certificate.ts';
import { uploadSshPublicKey } from './operations/upload-ssh-public-key.ts';
import { policiesOf } from './policy-sets.ts';
import { iamPrincipals } from './principals.ts';
import { createRootAccessKey, resetRootAccessKey } from './root-access-keys.ts';
import { SamlPrivateKeys } from './saml-private-keys.ts';
import { type PolicySeed, seedPolicy, seedUser, type UserSeed } from './seed.ts';
import { ServiceUses } from './service-uses.ts';
import { assumableRole, requireMfa, requireSessionPolicies } from './sts-port.ts';

export type { ChosenKeyPair, NewAccessKey } from './access-keys.ts';
export type { PolicySeed, UserSeed } from './seed.ts';

/** IAM: the service, and what the rest of the server needs to know of identities. */
export interface IamService extends Service {
  readonly identities: Identities;
  readonly principals: Principals;
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
  /** The ids of an account's root access keys; undefined: the account does not exist. */
  rootAccessKeyIds(tx: Transaction, account: string): readonly string[] | undefined;
  createRootAccessKey(tx: Transaction, account: string, now: Date, chosen?: ChosenKeyPair): NewAccessKey;
  resetRootAccessKey(tx: Transaction, account: string, now: Date, chosen?: ChosenKeyPair): NewAccessKey;
  seedAccount(tx: Transaction, account: string, now: Date): void;
  seedUser(tx: Transaction, seed: UserSeed, now: Date): void;
  seedPolicy(tx: Transaction, seed: PolicySeed, now: Date): void;
  /** Makes durable when access keys, users and roles were last active; called every minute or so and before the server stops. */
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
  const mfaDevices = new MfaDevices(store.keyWrap('iam.mfa-seed'));
  const samlPrivateKeys = new SamlPrivateKeys(store.keyWrap('iam.saml-private-key'));
  const serverKeyWrap = store.keyWrap('iam.server-certificate-key');
  const serviceUses = new ServiceUses(store);
  const principals = iamPrincipals(open);
  const credentials = new Credentials(accessKeys, sessionTokens, open);
  return {
    name: 'iam',
    operations: refusingSessionsWithoutMfa(
      operationsOf({ accessKeys, lastUsed, mfaDevices, samlPrivateKeys, serverKeyWrap, serviceUses, principals }),
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
    sessionTokens,
    authorizationMessages: new AuthorizationMessages(store.keyWrap('sts.authorization-message')),
    assumableRole,
    requireMfa: (tx, caller, mfa, now) => requireMfa(tx, mfaDevices, caller, mfa, now),
    requireSessionPolicies,
    accountOfAccessKey: (tx, accessKeyId) => accessKeys.find(tx, accessKeyId)?.account,
    rootAccessKeyIds: (tx, account) => accounts.find(tx, account)?.rootAccessKeyIds,
    createRootAccessKey: (tx, account, now, chosen) => createRootAccessKey(tx, accessKeys, account, now, chosen),
    resetRootAccessKey: (tx, account, now, chosen) => resetRootAccessKey(tx, accessKeys, account, now, chosen),
    seedAccount: (tx, account, now) => void accounts.ensure(tx, account, now),
    seedUser: (tx, seed, now) => seedUser(tx, accessKeys, seed, now),
    seedPolicy,
    flushLastUsed: async () => {
      await lastUsed.flush();
      await serviceUses.flush();
    },
  };
};

const operationsOf = (iam: Iam): Service['operations'] => [
  addClientIdToOpenIdConnectProvider,
  addRoleToInstanceProfile,
  addUserToGroup,
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
  changePassword,
  createAccessKey(iam),
  createAccountAlias,
  createGroup,
  createInstanceProfile,
  createLoginProfile,
  createOpenIdConnectProvider,
  createPolicyVersion,
  createPolicy,
  createRole(iam),
  createSamlProvider(iam),
  createServiceLinkedRole,
  createServiceSpecificCredential,
  createUser,
  createVirtualMfaDevice(iam),
  deactivateMfaDevice(iam),
  deleteAccessKey(iam),
  deleteAccountAlias,
  deleteAccountPasswordPolicy,
  deleteGroupPolicy,
  deleteGroup,
  deleteInstanceProfile,
  deleteLoginProfile,
  deleteOpenIdConnectProvider,
  deletePolicyVersion,
  deletePolicy,
  deleteRolePermissionsBoundary,
  deleteRolePolicy,
  deleteRole,
  deleteSamlProvider,
  deleteServerCertificate,
  deleteServiceLinkedRole,
  deleteServiceSpecificCredential,
  deleteSigningCertificate,
  deleteSshPublicKey,
  deleteUserPermissionsBoundary,
  deleteUserPolicy,
  deleteUser(iam),
  deleteVirtualMfaDevice(iam),
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
  enableMfaDevice(iam),
  generateCredentialReport(iam),
  generateServiceLastAccessedDetails,
  getAccessKeyLastUsed(iam),
  getAccountAuthorizationDetails(iam),
  getAccountPasswordPolicy,
  getAccountSummary(iam),
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  getCredentialReport,
  getGroupPolicy,
  getGroup,
  getInstanceProfile(iam),
  getLoginProfile,
  getMfaDevice(iam),
  getOpenIdConnectProvider,
  getPolicyVersion,
  getPolicy,
  getRolePolicy,
  getRole(iam),
  getSamlProvider,
  getServerCertificate,
  getServiceLastAccessedDetailsWithEntities(iam),
  getServiceLastAccessedDetails(iam),
  getServiceLinkedRoleDeletionStatus,
  getSshPublicKey,
  getUserPolicy,
  getUser,
  listAccessKeys(iam),
  listAccountAliases,
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
  listEntitiesForPolicy,
  listGroupPolicies,
  listGroupsForUser,
  listGroups,
  listInstanceProfileTags,
  listInstanceProfilesForRole(iam),
  listInstanceProfiles(iam),
  listMfaDeviceTags(iam),
  listMfaDevices(iam),
  listOpenIdConnectProviderTags,
  listOpenIdConnectProviders,
  listPoliciesGrantingServiceAccess,
  listPolicies,
  listPolicyTags,
  listPolicyVersions,
  listRolePolicies,
  listRoleTags,
  listRoles(iam),
  listSamlProviderTags,
  listSamlProviders,
  listServerCertificateTags,
  listServerCertificates,
  listServiceSpecificCredentials,
  listSigningCertificates,
  listSshPublicKeys,
  listUserPolicies,
  listUserTags,
  listUsers,
  listVirtualMfaDevices(iam),
  putGroupPolicy,
  putRolePermissionsBoundary,
  putRolePolicy,
  putUserPermissionsBoundary,
  putUserPolicy,
  removeClientIdFromOpenIdConnectProvider,
  removeRoleFromInstanceProfile,
  removeUserFromGroup,
  resetServiceSpecificCredential,
  resyncMfaDevice(iam),
  setDefaultPolicyVersion,
  setSecurityTokenServicePreferences,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
  tagInstanceProfile,
  tagMfaDevice(iam),
  tagOpenIdConnectProvider,
  tagPolicy,
  tagRole,
  tagSamlProvider,
  tagServerCertificate,
  tagUser,
  untagInstanceProfile,
  untagMfaDevice(iam),
  untagOpenIdConnectProvider,
  untagPolicy,
  untagRole,
  untagSamlProvider,
  untagServerCertificate,
  untagUser,
  updateAccessKey(iam),
  updateAccountPasswordPolicy,
  updateAssumeRolePolicy(iam),
  updateGroup,
  updateLoginProfile,
  updateOpenIdConnectProviderThumbprint,
  updateRoleDescription(iam),
  updateRole,
  updateSamlProvider(iam),
  updateServerCertificate,
  updateServiceSpecificCredential,
  updateSigningCertificate,
  updateSshPublicKey,
  updateUser(iam),
  uploadServerCertificate(iam),
  uploadSigningCertificate,
  uploadSshPublicKey,
];
