import type { JournalRecord } from '../../journal/record.ts';
import type { Facts, Meter, Metered } from '../../kernel/meter.ts';

const usageType = 'AWSSecretsManager-Secrets';

/** Secrets Manager's usage: requests, and secrets while they are not to be deleted, replicas too. @see AWS Secrets Manager pricing */
export const secretsMeter: Meter = {
  serviceCode: 'AWSSecretsManager',
  serviceName: 'AWS Secrets Manager',
  eventSource: 'secretsmanager.amazonaws.com',
  prices: [
    {
      usageType,
      productFamily: 'Secret',
      unit: 'Secrets',
      usd: '0.4000000000',
      description: '$0.40 per secret and month, by the hour',
    },
    {
      usageType: 'AWSSecretsManagerAPIRequest',
      productFamily: 'API Request',
      unit: 'API Requests',
      usd: '0.0000050000',
      description: '$0.05 per 10,000 API requests',
    },
  ],
  metered: (record, factsOf) => {
    const held = holdingsOf(record, factsOf);
    return record.eventType === 'AwsApiCall' ? [{ use: 'AWSSecretsManagerAPIRequest' }, ...held] : held;
  },
};

interface Answer {
  readonly aRN?: string;
  readonly replicationStatus?: readonly { readonly region?: string; readonly status?: string }[];
}

const holdingsOf = (record: JournalRecord, factsOf: (held: string) => Facts | undefined): Metered[] => {
  const answer = (record.responseElements ?? {}) as Answer;
  const arn = answer.aRN ?? record.resources?.[0]?.ARN ?? '';
  switch (record.eventName) {
    case 'CreateSecret':
      return [arn, ...replicasOf(arn, answer)].filter(Boolean).map(began);
    case 'ReplicateSecretToRegions':
      return replicasOf(arn, answer).map(began);
    case 'RestoreSecret':
      return factsOf(arn) ? [began(arn)] : [];
    case 'RemoveRegionsFromReplication': {
      const { removeReplicaRegions: removed = [] } = record.requestParameters as { removeReplicaRegions?: string[] };
      return removed.map((region) => ({ end: inRegion(arn, region) }));
    }
    case 'StartSecretVersionDelete':
      return [{ end: arn }];
    default:
      return [];
  }
};

const began = (arn: string): Metered => ({ begin: arn, usageType, facts: {} });

const replicasOf = (arn: string, { replicationStatus = [] }: Answer): string[] =>
  replicationStatus.filter(({ status }) => status === 'InSync').map(({ region = '' }) => inRegion(arn, region));

const inRegion = (arn: string, region: string): string => arn.replace(/^((?:[^:]*:){3})[^:]*/, `$1${region}`);
