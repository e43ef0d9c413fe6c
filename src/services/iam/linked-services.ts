/** What is known of the role of one service. */
export interface LinkedService {
  readonly roleName: string;
  readonly policyArn: string;
  /** An account may have several such roles, told apart by a suffix. */
  readonly takesSuffix: boolean;
}

/** Service principal → name of its role, name of its policy, and whether the name takes a suffix. */
const services: Readonly<Record<string, readonly [roleName: string, policyName: string, suffix?: 'suffix']>> = {
  'access-analyzer.amazonaws.com': ['AccessAnalyzer', 'AccessAnalyzerServiceRolePolicy'],
  'acm.amazonaws.com': ['CertificateManager', 'CertificateManagerServiceRolePolicy'],
  'autoscaling.amazonaws.com': ['AutoScaling', 'AutoScalingServiceRolePolicy', 'suffix'],
  'backup.amazonaws.com': ['Backup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
  'cks.kms.amazonaws.com': [
    'KeyManagementServiceCustomKeyStores',
    'AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy',
  ],
  'cloudhsm.amazonaws.com': ['CloudHSM', 'CloudHSMServiceRolePolicy'],
  'cloudtrail.amazonaws.com': ['CloudTrail', 'CloudTrailServiceRolePolicy'],
  'config.amazonaws.com': ['Config', 'AWSConfigServiceRolePolicy'],
  'ecs.amazonaws.com': ['ECS', 'AmazonECSServiceRolePolicy'],
  'eks.amazonaws.com': ['AmazonEKS', 'AmazonEKSServiceRolePolicy'],
  'elasticache.amazonaws.com': ['ElastiCache', 'ElastiCacheServiceRolePolicy'],
  'elasticbeanstalk.amazonaws.com': ['ElasticBeanstalk', 'AWSElasticBeanstalkServiceRolePolicy'],
  'elasticfilesystem.amazonaws.com': ['AmazonElasticFileSystem', 'AmazonElasticFileSystemServiceRolePolicy'],
  'elasticloadbalancing.amazonaws.com': ['ElasticLoadBalancing', 'AWSElasticLoadBalancingServiceRolePolicy'],
  'fms.amazonaws.com': ['FMS', 'FMSServiceRolePolicy'],
  'guardduty.amazonaws.com': ['AmazonGuardDuty', 'AmazonGuardDutyServiceRolePolicy'],
  'inspector2.amazonaws.com': ['AmazonInspector2', 'AmazonInspector2ServiceRolePolicy'],
  'lex.amazonaws.com': ['LexBots', 'LexBotPolicy'],
  'macie.amazonaws.com': ['AmazonMacie', 'AmazonMacieServiceRolePolicy'],
  'mrk.kms.amazonaws.com': [
    'KeyManagementServiceMultiRegionKeys',
    'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy',
  ],
  'organizations.amazonaws.com': ['Organizations', 'AWSOrganizationsServiceTrustPolicy'],
  'rds.amazonaws.com': ['RDS', 'AmazonRDSServiceRolePolicy'],
  'redshift.amazonaws.com': ['Redshift', 'AmazonRedshiftServiceLinkedRolePolicy'],
  'securityhub.amazonaws.com': ['SecurityHub', 'AWSSecurityHubServiceRolePolicy'],
  'servicequotas.amazonaws.com': ['ServiceQuotas', 'ServiceQuotasServiceRolePolicy'],
  'shield.amazonaws.com': ['AWSShield', 'AWSShieldServiceRolePolicy'],
  'spot.amazonaws.com': ['EC2Spot', 'AWSEC2SpotServiceRolePolicy'],
  'ssm.amazonaws.com': ['AmazonSSM', 'AmazonSSMServiceRolePolicy'],
  'sso.amazonaws.com': ['SSO', 'AWSSSOServiceRolePolicy'],
  'support.amazonaws.com': ['Support', 'AWSSupportServiceRolePolicy'],
  'trustedadvisor.amazonaws.com': ['TrustedAdvisor', 'AWSTrustedAdvisorServiceRolePolicy'],
  'wafv2.amazonaws.com': ['WAFV2Logging', 'WAFV2LoggingServiceRolePolicy'],
};

/**
 * The service with that principal, if it has a role of its own.
 *
 * @see IAM: "AWS services that work with IAM", column Service-linked roles
 */
export const findLinkedService = (principal: string): LinkedService | undefined => {
  const row = Object.hasOwn(services, principal) ? services[principal] : undefined;
  if (!row) return undefined;
  const [name, policyName, suffix] = row;
  return {
    roleName: `AWSServiceRoleFor${name}`,
    policyArn: `arn:aws:iam::aws:policy/aws-service-role/${policyName}`,
    takesSuffix: suffix !== undefined,
  };
};
