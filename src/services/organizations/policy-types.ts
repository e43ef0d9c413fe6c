/** What is peculiar to one type of policy. */
export interface PolicyTypeRow {
  /** Longest document, in characters. */
  readonly maxChars: number;
  /** Most policies of this type on one root, OU or account. */
  readonly maxAttached: number;
  /** The policy that AWS attaches everywhere when the type is enabled: authorization policies allow nothing without it. */
  readonly everywhere?: string;
  /** First member of a document of a management policy. */
  readonly topLevel?: string;
}

/**
 * One row per type of policy.
 *
 * @see Organizations User Guide: "Quotas and service limits for AWS Organizations"
 */
export const policyTypes = {
  SERVICE_CONTROL_POLICY: { maxChars: 5120, maxAttached: 5, everywhere: 'p-FullAWSAccess' },
  RESOURCE_CONTROL_POLICY: { maxChars: 5120, maxAttached: 5, everywhere: 'p-RCPFullAWSAccess' },
  TAG_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'tags' },
  BACKUP_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'plans' },
  AISERVICES_OPT_OUT_POLICY: { maxChars: 2500, maxAttached: 5, topLevel: 'services' },
  CHATBOT_POLICY: { maxChars: 10_000, maxAttached: 5, topLevel: 'chatbot' },
  DECLARATIVE_POLICY_EC2: { maxChars: 10_000, maxAttached: 10, topLevel: 'ec2_attributes' },
  SECURITYHUB_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'securityhub' },
  GUARDDUTY_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'guardduty' },
  INSPECTOR_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'inspector' },
  SECURITYHUB_CSPM_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'securityhub_cspm' },
  UPGRADE_ROLLOUT_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'upgrade_rollout' },
  BEDROCK_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'bedrock' },
  S3_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 's3_attributes' },
  NETWORK_SECURITY_DIRECTOR_POLICY: { maxChars: 10_000, maxAttached: 10, topLevel: 'network_security_director' },
} as const satisfies Readonly<Record<string, PolicyTypeRow>>;

/** `SERVICE_CONTROL_POLICY`, … */
export type PolicyType = keyof typeof policyTypes;

/** The row of a type; types of one row have members that others lack. */
export const policyTypeRow = (type: PolicyType): PolicyTypeRow => policyTypes[type];
