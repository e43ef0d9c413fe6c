import { type Fault, fault } from '../../kernel/fault.ts';

/** IAM's default quotas by the names that its errors print. @see IAM: "IAM and AWS STS quotas" */
export const quotas = {
  UsersPerAccount: 5000,
  GroupsPerAccount: 300,
  RolesPerAccount: 1000,
  InstanceProfilesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  AccessKeysPerUser: 2,
  AccessKeysPerAccount: 2,
  /** Managed policies attached to one user. */
  PoliciesPerUser: 10,
  PoliciesPerGroup: 10,
  PoliciesPerRole: 10,
  GroupsPerUser: 10,
  /** Roles in one instance profile. */
  InstanceSessionsPerInstanceProfile: 1,
  MFADevicesPerUser: 8,
  SAMLProvidersPerAccount: 100,
  OpenIDConnectProvidersPerAccount: 100,
  ClientIdsPerOpenIdConnectProvider: 100,
  ServerCertificatesPerAccount: 20,
  SigningCertificatesPerUser: 2,
  SSHPublicKeysPerUser: 5,
  /** For each service. */
  ServiceSpecificCredentialsPerUser: 2,
  /** Characters of a managed policy, white space not counted. */
  PolicySize: 6144,
  /** Characters of a trust policy, white space not counted. */
  ACLSizePerRole: 2048,
} as const;

/** Versions of one managed policy. */
export const maxPolicyVersions = 5;

/** Characters of all inline policies of one identity together, white space not counted. */
export const inlineLimits = { User: 2048, Group: 5120, Role: 10_240 } as const;

/** @throws {Fault} `LimitExceeded` when `count` is above the quota */
export const requireWithinQuota = (quota: keyof typeof quotas, count: number): void => {
  if (count > quotas[quota]) throw quotaExceeded(quota);
};

const quotaExceeded = (quota: keyof typeof quotas): Fault =>
  fault('LimitExceeded', `Cannot exceed quota for ${quota}: ${quotas[quota]}`);
