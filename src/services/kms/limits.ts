/**
 * Resource quotas in each account and Region.
 *
 * @see KMS developer guide: "Resource quotas"
 */
export const limits = {
  /** Customer managed keys, in whatever state. */
  keys: 100_000,
  aliasesPerKey: 50,
  keyPolicyBytes: 32_768,
  tagsPerKey: 50,
} as const;
