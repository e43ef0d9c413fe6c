/**
 * Aliases that AWS reserves in every account for the keys its services manage; they name no key until a service makes one.
 *
 * @see KMS API reference: ListAliases, "AWS managed aliases"
 */
export const awsManagedAliases: readonly string[] = [
  'alias/aws/dynamodb',
  'alias/aws/ebs',
  'alias/aws/elasticfilesystem',
  'alias/aws/lambda',
  'alias/aws/rds',
  'alias/aws/redshift',
  'alias/aws/s3',
  'alias/aws/secretsmanager',
  'alias/aws/sns',
  'alias/aws/sqs',
  'alias/aws/ssm',
];
