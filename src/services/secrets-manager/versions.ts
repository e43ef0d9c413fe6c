import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import type { SecretRecord, VersionFacts } from './secret-record.ts';
import type { Secrets } from './secrets.ts';
import { current, labelsOf } from './staging.ts';

/** Versions that stay, whatever their age, even without a label. */
const kept = 100;
/** No version goes before this age, in milliseconds. */
const keptMs = 86_400_000;
/** Of a secret that is changed far too often. */
const most = 1000;

/**
 * The record with a version more. Of those without a label the oldest go where there are too many.
 *
 * @throws {Fault} LimitExceededException
 * @see Secrets Manager user guide: "Secret versions"
 */
export const withVersion = (
  tx: Transaction,
  secrets: Secrets,
  record: SecretRecord,
  id: string,
  facts: VersionFacts,
): SecretRecord => {
  const versions = { ...record.versions, [id]: facts };
  const deprecated = Object.keys(versions)
    .filter((each) => each !== id && labelsOf(record, each).length === 0)
    .filter((each) => facts.createdAt - versions[each]!.createdAt > keptMs)
    .sort((a, b) => versions[a]!.createdAt - versions[b]!.createdAt);
  for (const old of deprecated.slice(0, Math.max(0, Object.keys(versions).length - kept))) {
    secrets.deleteValue(tx, record, old);
    delete versions[old];
  }
  if (Object.keys(versions).length > most) {
    throw fault('LimitExceededException', `A secret can have at most ${most} versions of the last 24 hours.`);
  }
  return { ...record, versions };
};

/** What a request asks to read. */
export interface VersionRequest {
  readonly VersionId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

/**
 * The version that a request means: the current one, where it does not say.
 *
 * @throws {Fault} ResourceNotFoundException, InvalidRequestException
 */
export const selectVersion = (
  { stages, versions }: SecretRecord,
  { VersionId: id, VersionStage: label }: VersionRequest,
): string => {
  if (id === undefined) {
    const found = Object.hasOwn(stages, label ?? current) ? stages[label ?? current] : undefined;
    if (found === undefined) throw noValue({ VersionStage: label });
    return found;
  }
  if (!Object.hasOwn(versions, id)) throw noValue({ VersionId: id });
  if (label !== undefined && stages[label] !== id) {
    throw fault(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return id;
};

/** What AWS says where there is no such value. */
export const noValue = ({ VersionId: id, VersionStage: label = current }: VersionRequest) =>
  fault(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${id === undefined ? `staging label: ${label}` : `VersionId: ${id}`}`,
  );
