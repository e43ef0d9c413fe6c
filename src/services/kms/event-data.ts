import type { Service } from '../../kernel/operation.ts';
import type { KmsKey } from './kms-key.ts';

/** Ids of key material in the outputs of cryptographic operations. */
interface MaterialIds {
  readonly KeyMaterialId?: string;
  readonly SourceKeyMaterialId?: string;
  readonly DestinationKeyMaterialId?: string;
}

/** Operations that use the key material of one symmetric key. */
const materialUsers: ReadonlySet<string> = new Set([
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
]);

/**
 * The operations, telling the journal which key material they used: CloudTrail's `additionalEventData`.
 *
 * @see KMS developer guide: "Logging AWS KMS API calls with AWS CloudTrail", entries of these operations
 */
export const tellingMaterial = (operations: Service['operations']): Service['operations'] =>
  operations.map((operation) => {
    if (materialUsers.has(operation.name)) return { ...operation, eventData: usedMaterial };
    return operation.name === 'ReEncrypt' ? { ...operation, eventData: bothMaterials } : operation;
  });

const usedMaterial = ({ KeyMaterialId }: MaterialIds, key: KmsKey): object | undefined =>
  key.record.keySpec === 'SYMMETRIC_DEFAULT' ? { keyMaterialId: KeyMaterialId ?? key.currentKeyMaterialId } : undefined;

const bothMaterials = ({ SourceKeyMaterialId, DestinationKeyMaterialId }: MaterialIds): object | undefined =>
  SourceKeyMaterialId === undefined && DestinationKeyMaterialId === undefined
    ? undefined
    : { destinationKeyMaterialId: DestinationKeyMaterialId, sourceKeyMaterialId: SourceKeyMaterialId };
