import type { ReplicaRegionType, ReplicationStatusType } from '@aws-sdk/client-secrets-manager';
import type { Call } from '../../kernel/call.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import type { Replica, SecretRecord } from './secret-record.ts';
import type { Secrets } from './secrets.ts';
import type { SecretsManager } from './secrets-manager.ts';
import { openValue, type SecretValue, sealValue } from './values.ts';

/**
 * Adds replicas of a secret in other Regions. What goes wrong in one of them stands in its status.
 *
 * @param overwrite whether a secret of the same name makes way
 * @throws {Fault} InvalidParameterException
 * @see Secrets Manager user guide: "Replicate secrets across Regions"
 */
export const addReplicas = (
  { secrets, hasRegion }: Pick<SecretsManager, 'secrets' | 'hasRegion'>,
  record: SecretRecord,
  regions: readonly ReplicaRegionType[],
  overwrite: boolean,
  { tx, now }: Call,
): SecretRecord => {
  const replicas: Record<string, Replica> = { ...record.replicas };
  for (const { Region: region, KmsKeyId: key } of regions) {
    if (region === undefined) throw fault('InvalidParameterException', 'Each replica must have a Region.');
    if (region === record.region) {
      throw fault('InvalidParameterException', 'Invalid replica region: it is the Region of the primary secret.');
    }
    if (!hasRegion(region)) {
      throw fault('InvalidParameterException', `Invalid replica region: there is no Region ${region}.`);
    }
    const kmsKeyId = key === undefined || key === 'alias/aws/secretsmanager' ? {} : { kmsKeyId: key };
    const taken = secrets.find(tx, { ...record, region });
    const isOwn = taken?.primaryRegion === record.region && taken.suffix === record.suffix;
    const message = taken && !isOwn ? inTheWay(taken, overwrite) : undefined;
    if (message !== undefined) {
      replicas[region] = { ...kmsKeyId, status: 'Failed', message };
      continue;
    }
    if (taken) secrets.delete(tx, taken);
    if (taken && !isOwn) {
      tellPrimary(secrets, taken, tx, (known) => ({ ...known, status: 'Failed', message: exists(taken) }));
    }
    replicas[region] = { ...kmsKeyId, status: 'InSync' };
    const { kmsKeyId: _key, replicas: _replicas, rotation: _rotation, accessedAt: _read, ...primary } = record;
    secrets.create(tx, {
      ...primary,
      ...kmsKeyId,
      region,
      createdAt: now.getTime(),
      primaryRegion: record.region,
    });
  }
  return { ...record, replicas };
};

const exists = ({ name, region }: SecretRecord): string =>
  `Replication failed: Secret name ${name} already exists in region ${region}.`;

/** Why a secret does not make way: it must be asked for, and what is the primary of others is not deleted before them. */
const inTheWay = (taken: SecretRecord, overwrite: boolean): string | undefined => {
  if (!overwrite) return exists(taken);
  const regions = Object.keys(taken.replicas ?? {});
  return regions.length > 0 ? `${exists(taken)} It has replica regions [${regions.join(', ')}]` : undefined;
};

/** Has the primary of a replica know what became of it. */
const tellPrimary = (
  secrets: Secrets,
  replica: SecretRecord,
  tx: Transaction,
  told: (known: Replica) => Replica,
): void => {
  const { region, primaryRegion } = replica;
  const primary = primaryRegion === undefined ? undefined : secrets.find(tx, { ...replica, region: primaryRegion });
  const known = primary?.replicas?.[region];
  if (!primary || !known || primary.suffix !== replica.suffix) return;
  secrets.put(tx, { ...primary, replicas: { ...primary.replicas, [region]: told(known) } });
};

/**
 * Stores a secret, and brings the labelled versions that its replicas lack there: each value is sealed anew under the key
 * of its Region, with the caller's permissions.
 *
 * @param known values by version that need not be opened first
 * @returns the secret with the status of its replicas
 */
export const replicate = async (
  secrets: Secrets,
  record: SecretRecord,
  call: Call,
  known: Readonly<Record<string, SecretValue>> = {},
): Promise<SecretRecord> => {
  secrets.put(call.tx, record);
  if (!record.replicas) return record;
  const replicas: Record<string, Replica> = { ...record.replicas };
  for (const [region, { status: _status, message: _message, ...replica }] of Object.entries(record.replicas)) {
    const there = secrets.find(call.tx, { ...record, region });
    // Another secret has the name there.
    if (there?.primaryRegion !== record.region) continue;
    const failure = await bringValues(secrets, record, there, known, call);
    replicas[region] =
      failure === undefined ? { ...replica, status: 'InSync' } : { ...replica, status: 'Failed', message: failure };
  }
  const after = { ...record, replicas };
  secrets.put(call.tx, after);
  return after;
};

/** @returns what failed, if anything */
const bringValues = async (
  secrets: Secrets,
  primary: SecretRecord,
  replica: SecretRecord,
  known: Readonly<Record<string, SecretValue>>,
  call: Call,
): Promise<string | undefined> => {
  for (const id of new Set(Object.values(primary.stages))) {
    if (known[id] === undefined && secrets.findValue(call.tx, replica, id)) continue;
    try {
      const value = known[id] ?? (await openValue(secrets, primary, id, call));
      if (value) secrets.putValue(call.tx, replica, id, await sealValue(value, replica, id, call));
    } catch (error) {
      if (error instanceof Fault) return `Replication failed: ${error.message}`;
      throw error;
    }
  }
  return undefined;
};

/** Stores a replica that was given another key, the one thing that is its own, and tells its primary. */
export const putReplica = (secrets: Secrets, replica: SecretRecord, { tx }: Call): void => {
  secrets.put(tx, replica);
  const own = replica.kmsKeyId === undefined ? {} : { kmsKeyId: replica.kmsKeyId };
  tellPrimary(secrets, replica, tx, ({ kmsKeyId: _before, ...known }) => ({ ...known, ...own }));
};

/** Deletes replicas. @throws {Fault} InvalidParameterException: the secret has none there */
export const removeReplicas = (
  secrets: Secrets,
  record: SecretRecord,
  regions: readonly string[],
  { tx }: Call,
): SecretRecord => {
  const replicas = { ...record.replicas };
  for (const region of regions) {
    if (!Object.hasOwn(replicas, region)) {
      throw fault('InvalidParameterException', `The secret has no replica in Region ${region}.`);
    }
    delete replicas[region];
    const replica = secrets.find(tx, { ...record, region });
    if (replica?.primaryRegion === record.region) secrets.delete(tx, replica);
  }
  return withReplicas(record, replicas);
};

/** Makes a replica a secret of its own. @throws {Fault} InvalidRequestException: it is none */
export const promote = (secrets: Secrets, { primaryRegion, ...record }: SecretRecord, { tx }: Call): void => {
  if (primaryRegion === undefined) throw fault('InvalidRequestException', 'The secret is not a replica.');
  const primary = secrets.find(tx, { ...record, region: primaryRegion });
  if (primary?.replicas?.[record.region] && primary.suffix === record.suffix) {
    const { [record.region]: _promoted, ...others } = primary.replicas;
    secrets.put(tx, withReplicas(primary, others));
  }
  secrets.put(tx, record);
};

const withReplicas = (
  { replicas: _before, ...record }: SecretRecord,
  replicas: Readonly<Record<string, Replica>>,
): SecretRecord => ({ ...record, ...(Object.keys(replicas).length > 0 && { replicas }) });

/** Replicas as they are answered. @param secrets tells when each was read last */
export const replicationStatus = (
  secrets: Secrets,
  record: SecretRecord,
  { tx }: Pick<Call, 'tx'>,
): ReplicationStatusType[] =>
  Object.entries(record.replicas ?? {}).map(([Region, { kmsKeyId, status, message }]) => {
    const accessedAt = secrets.find(tx, { ...record, region: Region })?.accessedAt;
    return {
      Region,
      KmsKeyId: kmsKeyId ?? 'alias/aws/secretsmanager',
      Status: status,
      StatusMessage: message ?? 'Replication succeeded',
      ...(accessedAt !== undefined && { LastAccessedDate: new Date(accessedAt) }),
    };
  });
