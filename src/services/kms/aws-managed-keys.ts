import { randomBytes, randomUuid } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import type { KeyWrap } from '../../store/store.ts';
import type { Aliases } from './aliases.ts';
import { formatDocument } from './format-document.ts';
import { keyArn } from './key-arn.ts';
import type { Keys } from './keys.ts';
import type { KmsKey } from './kms-key.ts';
import { newKeyRecord } from './new-key.ts';
import { withRotation } from './rotation.ts';

/** A key that a service manages in every account which uses it. */
interface ManagedKey {
  /** The service as `kms:ViaService` names it, without its Region. */
  readonly service: string;
  /** Its name in the key policy. */
  readonly title: string;
  /** What the description says it protects. */
  readonly protects: string;
  /** True where the service makes grants on it. */
  readonly grants?: true;
}

/** @see KMS developer guide: "AWS managed keys"; the policies are those that GetKeyPolicy shows for these keys */
const managedKeys: Readonly<Record<string, ManagedKey>> = {
  'alias/aws/dynamodb': { service: 'dynamodb', title: 'Amazon DynamoDB', protects: 'DynamoDB data', grants: true },
  'alias/aws/ebs': { service: 'ec2', title: 'EBS', protects: 'EBS volumes', grants: true },
  'alias/aws/elasticfilesystem': {
    service: 'elasticfilesystem',
    title: 'EFS',
    protects: 'EFS filesystems',
    grants: true,
  },
  'alias/aws/lambda': { service: 'lambda', title: 'AWS Lambda', protects: 'Lambda functions', grants: true },
  'alias/aws/rds': { service: 'rds', title: 'RDS', protects: 'RDS database volumes', grants: true },
  'alias/aws/redshift': { service: 'redshift', title: 'Amazon Redshift', protects: 'Redshift clusters', grants: true },
  'alias/aws/s3': { service: 's3', title: 'S3', protects: 'S3 objects' },
  'alias/aws/secretsmanager': {
    service: 'secretsmanager',
    title: 'AWS Secrets Manager',
    protects: 'Secrets Manager data',
    grants: true,
  },
  'alias/aws/sns': { service: 'sns', title: 'SNS', protects: 'SNS data' },
  'alias/aws/sqs': { service: 'sqs', title: 'SQS', protects: 'SQS messages' },
  'alias/aws/ssm': { service: 'ssm', title: 'SSM', protects: 'SSM parameters' },
};

/** Aliases that AWS reserves in every account; they name no key until the service first uses it. */
export const awsManagedAliases: readonly string[] = Object.keys(managedKeys);

/** How often AWS rotates the keys that it manages. */
const periodDays = 365;

/**
 * Makes the key of a reserved alias, where this call is what it waits for: its service uses it for the first time, or
 * somebody looks at it with DescribeKey.
 *
 * @returns undefined: the alias is no reserved one, or nobody who could have made its key asks
 */
export const firstUse = (
  alias: string,
  call: Call,
  parts: { readonly keys: Keys; readonly aliases: Aliases; readonly keyWrap: KeyWrap },
): KmsKey | undefined => {
  const managed = managedKeys[alias];
  if (!managed) return undefined;
  const isItsService = call.via?.at(-1) === `${managed.service}.amazonaws.com`;
  if (!isItsService && call.operation !== 'DescribeKey') return undefined;
  const { tx, account, region, now } = call;
  const place = { account, region, id: randomUuid() };
  const record = newKeyRecord(
    {
      ...place,
      policy: policyOf(alias, managed, account, region),
      description: `Default key that protects my ${managed.protects} when no other key is defined`,
      tags: {},
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      material: randomBytes(32),
    },
    parts.keyWrap,
    now,
  );
  const key = parts.keys.create(tx, withRotation(tx, { ...record, manager: 'AWS' }, periodDays, now.getTime()));
  parts.aliases.create(tx, alias, place, now);
  const resource = { arn: keyArn(place), account, type: 'AWS::KMS::Key' };
  const details = { keyId: place.id, aliasName: alias };
  appendServiceEvent(tx, { service: 'kms', name: 'CreateKey', account, region, resource, details, now });
  return key;
};

/** Use through the service for everybody in the account whom it lets; a look at the key, by IAM, for the account. */
const policyOf = (
  alias: string,
  { service, title, grants }: ManagedKey,
  account: string,
  region: string,
): StoredPolicy => ({
  text: formatDocument({
    Version: '2012-10-17',
    Id: `auto-${alias.slice('alias/aws/'.length)}-1`,
    Statement: [
      {
        Sid: `Allow access through ${title} for all principals in the account that are authorized to use ${title}`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          ...(grants ? ['kms:CreateGrant'] : []),
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:CallerAccount': account,
            'kms:ViaService': `${service}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  }),
  principals: {},
});
