import { type Fault, fault } from '../../kernel/fault.ts';

/** IAM's default quotas by the names that its errors print. @see IAM: "IAM and AWS STS quotas" */
export const quotas = {
  UsersPerAccount: 5000,
  PoliciesPerAccount: 1500,
  AccessKeysPerUser: 2,
  AccessKeysPerAccount: 2,
  /** Managed policies attached to one user. */
  PoliciesPerUser: 10,
  TagsPerUser: 50,
  TagsPerPolicy: 50,
  /** Characters of a managed policy, white space not counted. */
  PolicySize: 6144,
} as const;

/** Versions of one managed policy. */
export const maxPolicyVersions = 5;

/** Characters of all inline policies of one user together, white space not counted. */
export const maxUserInlinePolicyChars = 2048;

/** @throws {Fault} `LimitExceeded` when `count` is above the quota */
export const requireWithinQuota = (quota: keyof typeof quotas, count: number): void => {
  if (count > quotas[quota]) throw quotaExceeded(quota);
};

const quotaExceeded = (quota: keyof typeof quotas): Fault =>
  fault('LimitExceeded', `Cannot exceed quota for ${quota}: ${quotas[quota]}`);
