import type { JournalRecord } from '../../journal/record.ts';
import type { Facts, Meter, Metered, Price } from '../../kernel/meter.ts';

/** @see AWS KMS pricing; the usage types are those of AWS's bills */
const prices: readonly Price[] = [
  {
    usageType: 'KMS-Keys',
    productFamily: 'Encryption Key',
    unit: 'Keys-Month',
    usd: '1.0000000000',
    description: '$1 per customer managed KMS key version, by the hour',
  },
  request('KMS-Requests', '0.0000030000', '$0.03 per 10,000 requests'),
  request('KMS-Requests-Asymmetric-RSA_2048', '0.0000030000', '$0.03 per 10,000 requests with RSA 2048 keys'),
  request('KMS-Requests-Asymmetric', '0.0000150000', '$0.15 per 10,000 asymmetric requests except RSA 2048'),
  request('KMS-Requests-GenerateDatakeyPair-ECC', '0.0000100000', '$0.10 per 10,000 ECC GenerateDataKeyPair requests'),
  request('KMS-Requests-GenerateDatakeyPair-RSA', '0.0012000000', '$12.00 per 10,000 RSA GenerateDataKeyPair requests'),
];

function request(usageType: string, usd: string, description: string): Price {
  return { usageType, productFamily: 'API Request', unit: 'Requests', usd, description };
}

/** KMS's usage: requests by kind of key, and customer managed keys while they are not to be deleted. */
export const kmsMeter: Meter = {
  serviceCode: 'awskms',
  serviceName: 'AWS Key Management Service',
  eventSource: 'kms.amazonaws.com',
  prices,
  metered: (record, factsOf) => {
    const held = holdingsOf(record, factsOf);
    return record.eventType === 'AwsApiCall' ? [{ use: usageOf(record, factsOf) }, ...held] : held;
  },
};

/** Rotations of a key that are paid for: the first two. */
const paidRotations = [1, 2];

const holdingsOf = (record: JournalRecord, factsOf: (held: string) => Facts | undefined): Metered[] => {
  const arn = record.resources?.[0]?.ARN ?? '';
  const versions = [arn, ...paidRotations.map((number) => `${arn}#${number}`)];
  const known = versions.filter((version) => factsOf(version));
  switch (record.eventName) {
    case 'CreateKey':
      return began(record.eventType === 'AwsServiceEvent' ? replicaOf(record) : createdBy(record));
    case 'ScheduleKeyDeletion':
    case 'DeleteKey':
      return known.map((end) => ({ end }));
    case 'CancelKeyDeletion':
      return known.map((begin) => ({ begin, usageType: 'KMS-Keys' }));
    case 'RotateKey': {
      const next = versions.find((version) => !factsOf(version));
      return known.length > 0 && next ? [{ begin: next, usageType: 'KMS-Keys', facts: {} }] : [];
    }
    default:
      return [];
  }
};

interface CreatedKey {
  readonly arn?: string;
  readonly keySpec?: string;
}

const createdBy = ({ responseElements }: JournalRecord): CreatedKey =>
  (responseElements as { readonly keyMetadata?: CreatedKey } | null)?.keyMetadata ?? {};

/** A replica is journalled in its own Region, where it is paid for; AWS managed keys are free. */
const replicaOf = ({ resources, serviceEventDetails }: JournalRecord): CreatedKey => {
  const { keySpec, primaryKey } = (serviceEventDetails ?? {}) as { keySpec?: string; primaryKey?: string };
  const arn = resources?.[0]?.ARN;
  if (primaryKey === undefined || arn === undefined) return {};
  return { arn, ...(keySpec !== undefined && { keySpec }) };
};

const began = ({ arn, keySpec }: CreatedKey): Metered[] =>
  arn === undefined ? [] : [{ begin: arn, usageType: 'KMS-Keys', facts: { keySpec: keySpec ?? 'SYMMETRIC_DEFAULT' } }];

const asymmetric = new Set(['Decrypt', 'DeriveSharedSecret', 'Encrypt', 'GetPublicKey', 'ReEncrypt', 'Sign', 'Verify']);

const usageOf = (
  { eventName, requestParameters, resources }: JournalRecord,
  factsOf: (held: string) => Facts | undefined,
) => {
  if (eventName.startsWith('GenerateDataKeyPair')) {
    const { keyPairSpec = '' } = (requestParameters ?? {}) as { readonly keyPairSpec?: string };
    return keyPairSpec.startsWith('RSA')
      ? 'KMS-Requests-GenerateDatakeyPair-RSA'
      : 'KMS-Requests-GenerateDatakeyPair-ECC';
  }
  const keySpec = factsOf(resources?.[0]?.ARN ?? '')?.keySpec ?? 'SYMMETRIC_DEFAULT';
  const isSymmetric = keySpec === 'SYMMETRIC_DEFAULT' || keySpec.startsWith('HMAC_');
  if (isSymmetric || !asymmetric.has(eventName)) return 'KMS-Requests';
  return keySpec === 'RSA_2048' ? 'KMS-Requests-Asymmetric-RSA_2048' : 'KMS-Requests-Asymmetric';
};
