import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { Transaction } from '../../store/store.ts';
import { usableState } from './imported-material.ts';
import { keyArn, keyPlaceIn } from './key-arn.ts';
import type { KeyRecord } from './key-record.ts';
import type { Keys } from './keys.ts';
import type { KmsKey } from './kms-key.ts';
import { multiRegionKeyType, relatedKeys } from './multi-region.ts';

const timerKind = 'kms.delete-key';

/** The timer that deletes a key; its record says when. */
const timerOf = ({ account, region, id, deletionAt }: KeyRecord): Timer => ({
  kind: timerKind,
  id: keyArn({ account, region, id }),
  dueAt: deletionAt!,
  payload: { account, region, id },
});

const dayMs = 86_400_000;

/**
 * Makes a key pending deletion. The waiting period of a primary key with replicas begins when the last of them is deleted.
 *
 * @returns when it ends, if that is known
 */
export const scheduleDeletion = (
  tx: Transaction,
  keys: Keys,
  { record }: KmsKey,
  windowDays: number,
  now: Date,
): Pick<KeyRecord, 'state' | 'deletionAt'> => {
  const pending: KeyRecord =
    multiRegionKeyType(record) === 'PRIMARY' && relatedKeys(tx, keys, record).length > 0
      ? { ...record, state: 'PendingReplicaDeletion', deletionWindowDays: windowDays }
      : { ...record, state: 'PendingDeletion', deletionAt: now.getTime() + windowDays * dayMs };
  keys.update(tx, pending);
  if (pending.deletionAt !== undefined) schedule(tx, timerOf(pending));
  return pending;
};

/** Takes a key back from deletion; it is disabled then, or waits for material to be imported. */
export const cancelDeletion = (tx: Transaction, keys: Keys, key: KmsKey): void => {
  const { deletionAt, deletionWindowDays: _past, ...record } = key.record;
  if (deletionAt !== undefined) cancel(tx, timerOf(key.record));
  keys.update(tx, { ...record, state: usableState(record) === 'Enabled' ? 'Disabled' : 'PendingImport' });
};

/** Deletes the keys whose waiting period is over, each with a `DeleteKey` service event. */
export const deletionJobs = (keys: Keys): Readonly<Record<string, Job>> => ({
  [timerKind]: (tx, { payload }, now) => {
    const key = keys.find(tx, keyPlaceIn(payload));
    // INVARIANT: only CancelKeyDeletion leads out of PendingDeletion, and it takes the timer with it.
    if (key?.record.state !== 'PendingDeletion')
      throw new Error('a key is due for deletion that is not pending deletion');
    keys.delete(tx, key);
    leaveRelated(tx, keys, key.record, now);
    appendServiceEvent(tx, {
      service: 'kms',
      name: 'DeleteKey',
      account: key.account,
      region: key.record.region,
      resource: key,
      details: { keyId: key.record.id },
      now,
    });
  },
});

/** Has the related keys of a deleted replica know; a primary key that waited for that begins its own waiting period. */
const leaveRelated = (tx: Transaction, keys: Keys, deleted: KeyRecord, now: Date): void => {
  for (const { record } of relatedKeys(tx, keys, deleted)) {
    if (!record.multiRegion) continue;
    const replicas = record.multiRegion.replicas.filter((region) => region !== deleted.region);
    const { deletionWindowDays, ...rest } = { ...record, multiRegion: { ...record.multiRegion, replicas } };
    if (deletionWindowDays === undefined || replicas.length > 0) {
      keys.update(tx, deletionWindowDays === undefined ? rest : { ...rest, deletionWindowDays });
      continue;
    }
    const deletionAt = now.getTime() + deletionWindowDays * dayMs;
    const pending: KeyRecord = { ...rest, state: 'PendingDeletion', deletionAt };
    keys.update(tx, pending);
    schedule(tx, timerOf(pending));
  }
};
