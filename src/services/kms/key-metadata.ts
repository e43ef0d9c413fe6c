import type { KeyMetadata } from '@aws-sdk/client-kms';
import { earliestExpiry, isImported } from './imported-material.ts';
import { describeSpec } from './key-algorithms.ts';
import type { KeyRecord } from './key-record.ts';
import type { KmsKey } from './kms-key.ts';
import { multiRegionConfiguration } from './multi-region.ts';

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
    MultiRegion: record.multiRegion !== false,
    ...(record.multiRegion && { MultiRegionConfiguration: multiRegionConfiguration(record, record.multiRegion) }),
    ...(record.deletionWindowDays !== undefined && { PendingDeletionWindowInDays: record.deletionWindowDays }),
    ...expiration(record),
    ...(record.outside && {
      CustomKeyStoreId: record.outside.storeId,
      CloudHsmClusterId: record.outside.clusterId,
      ...(record.outside.xksKeyId !== undefined && { XksKeyConfiguration: { Id: record.outside.xksKeyId } }),
    }),
    ...(record.keySpec === 'SYMMETRIC_DEFAULT' &&
      !record.outside &&
      record.materials.length > 0 && { CurrentKeyMaterialId: key.currentKeyMaterialId }),
  };
};

/** Of imported material, while it is there. */
const expiration = (record: KeyRecord): Pick<KeyMetadata, 'ExpirationModel' | 'ValidTo'> => {
  if (!isImported(record)) return {};
  const at = earliestExpiry(record);
  if (at === undefined) return { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' };
  return { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: new Date(at) };
};
