import { hash, timingSafeEqual } from 'node:crypto';
import type { Call } from '../../kernel/call.ts';
import type { Eventually } from '../../kernel/eventually.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { replicate } from './replication.ts';
import { countedAsRotation } from './rotation.ts';
import { secretArn } from './secret-ids.ts';
import type { SecretRecord } from './secret-record.ts';
import type { Secrets } from './secrets.ts';
import { current, labelsOf, withLabels } from './staging.ts';
import { openValue, requireUsableKey, type SecretValue, sealValue } from './values.ts';
import { withVersion } from './versions.ts';

/**
 * Stores a value as a version of a secret, under labels; the same value again under the same token changes nothing.
 *
 * @param id the request's token
 * @returns the secret as it then is
 * @throws {Fault} ResourceExistsException: the token stands for another value already; LimitExceededException; as {@link sealValue}
 */
export const putValue = async (
  secrets: Secrets,
  before: SecretRecord,
  id: string,
  value: SecretValue,
  labels: readonly string[],
  call: Call,
): Promise<SecretRecord> => {
  const { tx, now } = call;
  if (Object.hasOwn(before.versions, id) && (await isStored(secrets, before, id, value, call))) return before;
  const sealed = await sealValue(value, before, id, call);
  const { kmsKeyId } = before;
  const facts = { createdAt: now.getTime(), ...(kmsKeyId !== undefined && { kmsKeyId }) };
  const stages = withLabels(before.stages, id, labels);
  const labelled = { ...before, stages, changedAt: now.getTime() };
  const versioned = withVersion(tx, secrets, labelled, id, facts);
  const record = labels.includes(current) ? countedAsRotation(tx, versioned, now) : versioned;
  secrets.putValue(tx, record, id, sealed);
  return replicate(secrets, record, call, { [id]: value });
};

/** @returns false: the version has no value yet. @throws {Fault} ResourceExistsException */
const isStored = async (
  secrets: Secrets,
  record: SecretRecord,
  id: string,
  value: SecretValue,
  call: Call,
): Promise<boolean> => {
  const stored = await openValue(secrets, record, id, call);
  if (!stored) return false;
  if (isSame(stored, value)) return true;
  throw tokenTaken(record, id);
};

/** Whether two values are the same, kind included, in constant time: who may write a value need not be one who may read it. */
export const isSame = (a: SecretValue, b: SecretValue): boolean =>
  a.isBinary === b.isBinary && timingSafeEqual(hash('sha256', a.bytes, 'buffer'), hash('sha256', b.bytes, 'buffer'));

/** What AWS says of a token that stands for a version already. */
export const tokenTaken = (record: SecretRecord, id: string) =>
  fault(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secretArn(record)}.`,
  );

/**
 * Gives a secret another key, and seals its labelled versions anew under it. A version whose key does not open it for the
 * caller stays as it is.
 *
 * @throws {Fault} as {@link requireUsableKey}; as {@link openValue}
 * @see Secrets Manager user guide: "Change the encryption key for an AWS Secrets Manager secret"
 */
export const resealed = async (
  secrets: Secrets,
  before: SecretRecord,
  kmsKeyId: string | undefined,
  call: Call,
): Promise<SecretRecord> => {
  const { kmsKeyId: _old, ...rest } = before;
  const record: SecretRecord = { ...rest, ...(kmsKeyId !== undefined && { kmsKeyId }) };
  if (kmsKeyId !== undefined) await requireUsableKey(record, kmsKeyId, call);
  const versions = { ...before.versions };
  for (const [id, { kmsKeyId: _key, ...facts }] of Object.entries(before.versions)) {
    if (labelsOf(before, id).length === 0) continue;
    const value = await unless(['AccessDenied', 'DecryptionFailure'], () => openValue(secrets, before, id, call));
    if (!value) continue;
    secrets.putValue(call.tx, record, id, await sealValue(value, record, id, call));
    versions[id] = { ...facts, ...(kmsKeyId !== undefined && { kmsKeyId }) };
  }
  return { ...record, versions };
};

/** What some work gives, or nothing where it fails with one of these codes. */
const unless = async <T>(codes: readonly string[], work: () => Eventually<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault && codes.includes(error.code)) return undefined;
    throw error;
  }
};
