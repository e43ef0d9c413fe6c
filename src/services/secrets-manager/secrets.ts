import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource, Access, Conditions, Resource } from '../../kernel/operation.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import { ownTagConditions } from '../../kernel/request-tags.ts';
import { compileStored } from '../../kernel/stored-policy.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { quotas } from './quotas.ts';
import { parseSecretId, secretArn, unmadeArn } from './secret-ids.ts';
import {
  type SealedValue,
  type SecretPlace,
  type SecretRecord,
  secretCounts,
  secretRecords,
  type VersionFacts,
  valueRecords,
} from './secret-record.ts';

/** A secret as policies see it. */
export interface SecretResource extends Resource {
  readonly record: SecretRecord;
}

const type = 'AWS::SecretsManager::Secret';

/** Storage of secrets and their values; what a primary secret becomes, its replicas become too. */
export class Secrets {
  readonly #quotas: QuotaValues;
  readonly #resources = new WeakMap<SecretRecord, SecretResource>();

  constructor(quotaValues: QuotaValues) {
    this.#quotas = quotaValues;
  }

  find(tx: Transaction, { account, region, name }: SecretPlace): SecretRecord | undefined {
    return secretRecords.find(tx, [account, region, name]);
  }

  /** The secret with exactly this ARN, if it is still there. */
  findByArn(tx: Transaction, place: SecretPlace, arn: string): SecretRecord | undefined {
    const record = this.find(tx, place);
    return record && secretArn(record) === arn ? record : undefined;
  }

  /** What a request names, or something absent in its place. */
  select(given: string, call: Call): SecretResource | AbsentResource {
    const reference = parseSecretId(given, call);
    const record = reference && this.find(call.tx, reference);
    if (record && (reference.suffix === undefined || reference.suffix === record.suffix))
      return this.resourceOf(record);
    const place = { account: call.account, region: call.region, name: given };
    const absent = notFound();
    return {
      arn: given.startsWith('arn:') ? given : unmadeArn(place),
      account: reference?.account ?? call.account,
      type,
      absent,
    };
  }

  /** The access of an operation on one secret. @param conditions of the operation */
  access(given: string, call: Call, conditions: Conditions = {}): Access<SecretResource> {
    const resource = this.select(given, call);
    return {
      resource,
      conditions: { 'secretsmanager:SecretId': resource.arn, ...conditions },
      ...('absent' in resource && { deniedOn: ` on resource: ${given}` }),
    };
  }

  resourceOf(record: SecretRecord): SecretResource {
    let resource = this.#resources.get(record);
    if (!resource) {
      const { account, tags, policy } = record;
      resource = {
        arn: secretArn(record),
        account,
        type,
        tags,
        record,
        conditions: () => conditionsOf(record),
        ...(policy && { policy: compileStored(policy, 'resource') }),
      };
      this.#resources.set(record, resource);
    }
    return resource;
  }

  /** Pages through the caller's secrets, by name. */
  list({ tx, account, region }: Call, page: PageRequest): Page<SecretRecord> {
    return secretRecords.list(tx, [account, region], page);
  }

  /** @throws {Fault} LimitExceededException */
  create(tx: Transaction, record: SecretRecord): void {
    this.#count(tx, record, 1);
    this.put(tx, record);
  }

  /** Stores a secret, and brings its replicas to the same state; their values are `replicate`'s. */
  put(tx: Transaction, record: SecretRecord): void {
    secretRecords.put(tx, [record.account, record.region, record.name], record);
    for (const region of Object.keys(record.replicas ?? {})) {
      const replica = this.find(tx, { ...record, region });
      if (replica?.primaryRegion === record.region) this.put(tx, mirrored(record, replica));
    }
  }

  /** Deletes a secret with its values, for good. */
  delete(tx: Transaction, record: SecretRecord): void {
    for (const id of Object.keys(record.versions)) this.deleteValue(tx, record, id);
    secretRecords.delete(tx, [record.account, record.region, record.name]);
    this.#count(tx, record, -1);
  }

  findValue(tx: Transaction, record: SecretRecord, version: string): SealedValue | undefined {
    return valueRecords.find(tx, valueKey(record, version));
  }

  putValue(tx: Transaction, record: SecretRecord, version: string, value: SealedValue): void {
    valueRecords.put(tx, valueKey(record, version), value);
  }

  deleteValue(tx: Transaction, record: SecretRecord, version: string): void {
    valueRecords.delete(tx, valueKey(record, version));
    for (const region of Object.keys(record.replicas ?? {})) {
      valueRecords.delete(tx, valueKey({ ...record, region }, version));
    }
  }

  #count(tx: Transaction, { account, region }: SecretPlace, change: 1 | -1): void {
    const { secrets } = secretCounts.find(tx, [account, region]) ?? { secrets: 0 };
    if (change === 1 && secrets >= this.#quotas.valueOf(tx, quotas.secrets, account, region)) {
      throw fault('LimitExceededException', 'You have reached the quota of secrets in this account and Region.');
    }
    secretCounts.put(tx, [account, region], { secrets: secrets + change });
  }
}

/** @throws {Fault} InvalidRequestException: it is scheduled for deletion */
export const requireNotDeleted = ({ deletesAt }: SecretRecord): void => {
  if (deletesAt === undefined) return;
  throw fault(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
};

/** Asserts that a secret may be changed here. @throws {Fault} InvalidRequestException: it is deleted, or a replica */
export const requireChangeable = (record: SecretRecord): void => {
  requireNotDeleted(record);
  requirePrimary(record);
};

/** @throws {Fault} InvalidRequestException: it is a replica */
export const requirePrimary = ({ primaryRegion }: SecretRecord): void => {
  if (primaryRegion === undefined) return;
  throw fault(
    'InvalidRequestException',
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  );
};

/** What AWS says of a secret that there is not. */
const notFound = (): Fault => fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

const valueKey = (record: Omit<SecretRecord, 'tags'>, version: string): readonly string[] => [
  record.account,
  record.region,
  `${record.name}-${record.suffix}`,
  version,
];

const conditionsOf = ({ tags, rotation, region, primaryRegion }: SecretRecord): Conditions => ({
  ...ownTagConditions('secretsmanager:ResourceTag', tags),
  'secretsmanager:resource/AllowRotationLambdaArn': rotation?.functionArn,
  'secretsmanager:SecretPrimaryRegion': primaryRegion ?? region,
});

/** A replica in the state of its primary. What was read where, and under which key it is, stays its own. */
const mirrored = (
  { kmsKeyId: _key, rotation: _rotation, replicas: _replicas, accessedAt: _read, ...primary }: SecretRecord,
  { region, createdAt, kmsKeyId, accessedAt, versions }: SecretRecord,
): SecretRecord => ({
  ...primary,
  region,
  createdAt,
  primaryRegion: primary.region,
  versions: Object.fromEntries(
    Object.entries(primary.versions).map(([id, facts]) => [id, versionOf(facts, versions[id], kmsKeyId)]),
  ),
  ...(kmsKeyId !== undefined && { kmsKeyId }),
  ...(accessedAt !== undefined && { accessedAt }),
});

const versionOf = (
  { createdAt }: VersionFacts,
  before: VersionFacts | undefined,
  kmsKeyId: string | undefined,
): VersionFacts => ({
  createdAt,
  ...(kmsKeyId !== undefined && { kmsKeyId }),
  ...(before?.accessedAt !== undefined && { accessedAt: before.accessedAt }),
});
