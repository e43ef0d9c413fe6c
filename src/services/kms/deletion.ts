import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { Transaction } from '../../store/store.ts';
import { keyArn } from './key-arn.ts';
import type { KeyRecord } from './key-record.ts';
import type { Keys } from './keys.ts';
import type { KmsKey } from './kms-key.ts';

const timerKind = 'kms.delete-key';

/** The timer that deletes a key; its record says when. */
const timerOf = ({ account, region, id, deletionAt }: KeyRecord): Timer => ({
  kind: timerKind,
  id: keyArn({ account, region, id }),
  dueAt: deletionAt!,
  payload: { account, region, id },
});

/** Makes a key pending deletion. @param at when its waiting period ends, in milliseconds since the epoch */
export const scheduleDeletion = (tx: Transaction, keys: Keys, key: KmsKey, at: number): void => {
  const pending: KeyRecord = { ...key.record, state: 'PendingDeletion', deletionAt: at };
  keys.update(tx, pending);
  schedule(tx, timerOf(pending));
};

/** Takes a key back from deletion; it is disabled then. */
export const cancelDeletion = (tx: Transaction, keys: Keys, key: KmsKey): void => {
  cancel(tx, timerOf(key.record));
  const { deletionAt: _past, ...record } = key.record;
  keys.update(tx, { ...record, state: 'Disabled' });
};

/** Deletes the keys whose waiting period is over, each with a `DeleteKey` service event. */
export const deletionJobs = (keys: Keys): Readonly<Record<string, Job>> => ({
  [timerKind]: (tx, { payload }, now) => {
    const key = keys.find(tx, { account: payload.account!, region: payload.region!, id: payload.id! });
    // INVARIANT: only CancelKeyDeletion leads out of PendingDeletion, and it takes the timer with it.
    if (key?.record.state !== 'PendingDeletion')
      throw new Error('a key is due for deletion that is not pending deletion');
    keys.delete(tx, key);
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
