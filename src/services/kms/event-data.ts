import type { CreateGrantCommandOutput } from '@aws-sdk/client-kms';
import type { Resource, Service } from '../../kernel/operation.ts';
import type { KmsKey } from './kms-key.ts';
import { recipientOfAnswer } from './recipient.ts';

/** What the outputs of cryptographic operations tell of their keys and of the enclave they are for. */
interface Used {
  readonly CiphertextForRecipient?: Uint8Array;
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

/** Operations that answer enclaves and use no symmetric key. */
const recipientsOnly: ReadonlySet<string> = new Set(['DeriveSharedSecret', 'GenerateRandom']);

/** Operations on a key that answer nothing: the journal shows the key's ARN as their answer. */
const silent: ReadonlySet<string> = new Set([
  'CreateAlias',
  'DeleteAlias',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'PutKeyPolicy',
  'RetireGrant',
  'RevokeGrant',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateKeyDescription',
]);

/**
 * The operations, telling the journal which key material they used, and which enclave was answered: CloudTrail's
 * `additionalEventData`; and the key that was changed by those whose answer does not name it.
 *
 * @see KMS developer guide: "Logging AWS KMS API calls with AWS CloudTrail", entries of these operations
 */
export const tellingMaterial = (operations: Service['operations']): Service['operations'] =>
  operations.map((operation) => {
    if (materialUsers.has(operation.name)) return { ...operation, eventData: usedMaterial };
    if (recipientsOnly.has(operation.name)) return { ...operation, eventData: recipient };
    if (silent.has(operation.name)) return { ...operation, answered: affectedKey };
    const own = journalled[operation.name];
    return own ? { ...operation, ...own } : operation;
  });

const usedMaterial = (output: Used, key: KmsKey): object | undefined => {
  const answered = output.CiphertextForRecipient && recipient(output);
  if (key.record.keySpec !== 'SYMMETRIC_DEFAULT') return answered;
  return { keyMaterialId: output.KeyMaterialId ?? key.currentKeyMaterialId, ...answered };
};

/** Of several, the last: the one that an alias now stands for. */
const affectedKey = (_output: object, resources: Resource | readonly Resource[]): object | undefined => {
  const key = [resources].flat().findLast(({ type }) => type === 'AWS::KMS::Key');
  return key && { keyId: key.arn };
};

const recipient = (output: Used): object | undefined => {
  const recipient = recipientOfAnswer(output);
  return recipient && { recipient };
};

const bothMaterials = ({ SourceKeyMaterialId, DestinationKeyMaterialId }: Used): object | undefined =>
  SourceKeyMaterialId === undefined && DestinationKeyMaterialId === undefined
    ? undefined
    : { destinationKeyMaterialId: DestinationKeyMaterialId, sourceKeyMaterialId: SourceKeyMaterialId };

/** What the journal is told by operations that are like no other. */
const journalled: Readonly<Record<string, Partial<Service['operations'][number]>>> = {
  ReEncrypt: { eventData: bothMaterials },
  CreateGrant: {
    answered: ({ GrantId }: CreateGrantCommandOutput, key: KmsKey) => ({ grantId: GrantId, keyId: key.arn }),
  },
  // Of the Region that is asked: it is the primary key no longer.
  UpdatePrimaryRegion: { answered: (_output: object, [before]: readonly [KmsKey]) => ({ keyId: before.arn }) },
};
