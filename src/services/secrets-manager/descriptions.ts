import type { SecretListEntry, SecretVersionsListEntry, Tag } from '@aws-sdk/client-secrets-manager';
import { secretArn } from './secret-ids.ts';
import type { SecretRecord } from './secret-record.ts';
import { labelsOf } from './staging.ts';

/** What every description of a secret has. */
export const described = (record: SecretRecord): Omit<SecretListEntry, 'SecretVersionsToStages'> => {
  const { name, description, kmsKeyId, tags, rotation, replicas, primaryRegion, region } = record;
  const primary = primaryRegion ?? (replicas ? region : undefined);
  return {
    ARN: secretArn(record),
    Name: name,
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    ...(rotation && {
      RotationEnabled: rotation.enabled,
      ...(rotation.functionArn !== undefined && { RotationLambdaARN: rotation.functionArn }),
      ...(rotation.rules && { RotationRules: rotation.rules }),
      ...(rotation.next && { NextRotationDate: new Date(rotation.next.closesAt) }),
      ...(rotation.lastRotatedAt !== undefined && { LastRotatedDate: new Date(rotation.lastRotatedAt) }),
    }),
    LastChangedDate: new Date(record.changedAt),
    ...(record.accessedAt !== undefined && { LastAccessedDate: new Date(record.accessedAt) }),
    ...(record.deletesAt !== undefined && { DeletedDate: new Date(record.deletesAt) }),
    CreatedDate: new Date(record.createdAt),
    Tags: toTags(tags),
    ...(primary !== undefined && { PrimaryRegion: primary }),
    ...(record.owningService !== undefined && { OwningService: record.owningService }),
  };
};

/** Labels by version; versions without a label are left out. */
export const stagesByVersion = (record: SecretRecord): Record<string, string[]> | undefined => {
  const labelled = [...new Set(Object.values(record.stages))];
  if (labelled.length === 0) return undefined;
  return Object.fromEntries(labelled.map((id) => [id, [...labelsOf(record, id)]]));
};

/** A version as ListSecretVersionIds answers it. */
export const toVersion = (record: SecretRecord, id: string): SecretVersionsListEntry => {
  const { createdAt, accessedAt, kmsKeyId } = record.versions[id]!;
  const labels = labelsOf(record, id);
  return {
    VersionId: id,
    ...(labels.length > 0 && { VersionStages: [...labels] }),
    ...(accessedAt !== undefined && { LastAccessedDate: new Date(accessedAt) }),
    CreatedDate: new Date(createdAt),
    KmsKeyIds: [kmsKeyId ?? 'DefaultEncryptionKey'],
  };
};

const toTags = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
