import { randomUuid } from '../../crypto/random.ts';
import type { Transaction } from '../../store/store.ts';
import type { FunctionRecord, VersionRecord } from './function-record.ts';
import type { LambdaFunctions } from './functions.ts';

/**
 * Makes a version of what `$LATEST` is. One that is just like the version before is that version.
 *
 * @param description absent: that of `$LATEST`
 */
export const publish = (
  functions: LambdaFunctions,
  tx: Transaction,
  record: FunctionRecord,
  description: string | undefined,
  now: Date,
): VersionRecord => {
  const { nextVersion, tags: _tags, permissions: _permissions, reservedConcurrency: _reserved, ...latest } = record;
  const before = nextVersion > 1 ? functions.version(tx, record, String(nextVersion - 1)) : undefined;
  if (before && essence(before) === essence(latest)) return before;
  const version: VersionRecord = {
    ...latest,
    version: String(nextVersion),
    description: description ?? latest.description,
    modifiedAt: now.toISOString(),
    revisionId: randomUuid(),
    state: 'Active',
    updateStatus: 'Successful',
  };
  functions.putVersion(tx, version);
  functions.put(tx, { ...record, nextVersion: nextVersion + 1 });
  return version;
};

/** What makes a version another one. */
const essence = (version: VersionRecord): string =>
  JSON.stringify([
    ...[version.codeSha256, version.runtime, version.handler, version.role, version.timeoutSeconds, version.memoryMb],
    ...[version.ephemeralStorageMb, version.environment, version.kmsKeyArn, version.deadLetterArn],
  ]);
