import type { KeyMetadata } from '@aws-sdk/client-kms';
import { describeSpec } from './key-algorithms.ts';
import type { KmsKey } from './kms-key.ts';

/** What CreateKey and DescribeKey tell about a key. */
export const toKeyMetadata = (key: KmsKey): KeyMetadata => {
  const { record } = key;
  return {
    AWSAccountId: record.account,
    KeyId: record.id,
    Arn: key.arn,
    CreationDate: new Date(record.createdAt),
    Enabled: record.state === 'Enabled',
    Description: record.description,
    KeyState: record.state,
    ...(record.deletionAt !== undefined && { DeletionDate: new Date(record.deletionAt) }),
    Origin: record.origin,
    KeyManager: record.manager,
    ...describeSpec(record.keySpec, record.keyUsage),
    MultiRegion: record.multiRegion,
    ...(record.keySpec === 'SYMMETRIC_DEFAULT' && { CurrentKeyMaterialId: key.currentKeyMaterialId }),
  };
};
