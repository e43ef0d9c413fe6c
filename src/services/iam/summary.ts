import type { SummaryKeyType } from '@aws-sdk/client-iam';
import type { Page, PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { accountSettings } from './account-settings.ts';
import { type AccountQuota, accounts } from './accounts.ts';
import type { MfaDevices } from './mfa-devices.ts';
import { policies } from './policies.ts';
import { inlineLimits, maxPolicyVersions, quotas } from './quotas.ts';

/** What GetAccountSummary counts. */
export const summarize = (
  tx: Transaction,
  account: string,
  mfaDevices: MfaDevices,
): Partial<Record<SummaryKeyType, number>> => {
  const record = accounts.find(tx, account);
  const count = (quota: AccountQuota): number => record?.counts[quota] ?? 0;
  const devices = everything((page) => mfaDevices.list(tx, account, page));
  const ownPolicies = everything((page) => policies.list(tx, account, page));
  const providers = count('SAMLProvidersPerAccount') + count('OpenIDConnectProvidersPerAccount');
  return {
    Users: count('UsersPerAccount'),
    UsersQuota: quotas.UsersPerAccount,
    Groups: count('GroupsPerAccount'),
    GroupsQuota: quotas.GroupsPerAccount,
    Roles: count('RolesPerAccount'),
    RolesQuota: quotas.RolesPerAccount,
    Policies: count('PoliciesPerAccount'),
    PoliciesQuota: quotas.PoliciesPerAccount,
    InstanceProfiles: count('InstanceProfilesPerAccount'),
    InstanceProfilesQuota: quotas.InstanceProfilesPerAccount,
    ServerCertificates: count('ServerCertificatesPerAccount'),
    ServerCertificatesQuota: quotas.ServerCertificatesPerAccount,
    Providers: providers,
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ ownerId }) => ownerId !== undefined).length,
    AccountMFAEnabled: 0,
    AccountAccessKeysPresent: record && record.rootAccessKeyIds.length > 0 ? 1 : 0,
    AccountSigningCertificatesPresent: 0,
    AccountPasswordPresent: 0,
    PolicyVersionsInUse: ownPolicies.reduce((sum, { versions }) => sum + versions.length, 0),
    PolicyVersionsInUseQuota: 10_000,
    VersionsPerPolicyQuota: maxPolicyVersions,
    PolicySizeQuota: quotas.PolicySize,
    AssumeRolePolicySizeQuota: quotas.ACLSizePerRole,
    UserPolicySizeQuota: inlineLimits.User,
    GroupPolicySizeQuota: inlineLimits.Group,
    RolePolicySizeQuota: inlineLimits.Role,
    AttachedPoliciesPerUserQuota: quotas.PoliciesPerUser,
    AttachedPoliciesPerGroupQuota: quotas.PoliciesPerGroup,
    AttachedPoliciesPerRoleQuota: quotas.PoliciesPerRole,
    GroupsPerUserQuota: quotas.GroupsPerUser,
    AccessKeysPerUserQuota: quotas.AccessKeysPerUser,
    SigningCertificatesPerUserQuota: quotas.SigningCertificatesPerUser,
    GlobalEndpointTokenVersion: accountSettings.find(tx, account).globalEndpointTokenVersion === 'v2Token' ? 2 : 1,
  };
};

const everything = <T>(list: (page: PageRequest) => Page<T>): readonly T[] =>
  list({ limit: Number.MAX_SAFE_INTEGER }).items;
