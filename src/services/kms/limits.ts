/**
 * Limits that no request can raise; those that one can are in `resource-quotas.ts`.
 *
 * @see KMS developer guide: "Resource quotas"
 */
export const limits = {
  keyPolicyBytes: 32_768,
  tagsPerKey: 50,
} as const;
