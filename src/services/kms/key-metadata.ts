import type { KeyMetadata } from '@aws-sdk/client-kms';
import { keySpecs } from './key-specs.ts';
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
    KeyUsage: record.keyUsage,
    KeyState: record.state,
    ...(record.deletionAt !== undefined && { DeletionDate: new Date(record.deletionAt) }),
    Origin: record.origin,
    KeyManager: record.manager,
    // The legacy name of KeySpec; specs that came after it have none.
    CustomerMasterKeySpec: record.keySpec as NonNullable<KeyMetadata['CustomerMasterKeySpec']>,
    KeySpec: record.keySpec,
    EncryptionAlgorithms: [...keySpecs[record.keySpec]!.encryptionAlgorithms],
    MultiRegion: record.multiRegion,
    CurrentKeyMaterialId: key.currentKeyMaterialId,
  };
};
