import { cancel, schedule, type Timer } from '../../events/timers.ts';
import type { Transaction } from '../../store/store.ts';
import { type KeyPlace, keyArn } from './key-arn.ts';
import type { StoredMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';

/** The timer that deletes imported key material when it expires. */
export const expiryKind = 'kms.expire-key-material';

/** Has imported material deleted when it expires, if it does. */
export const scheduleExpiry = (tx: Transaction, key: KeyPlace, material: StoredMaterial): void => {
  if (material.expiresAt !== undefined) schedule(tx, timerOf(key, material.id, material.expiresAt));
};

/** Takes that back. */
export const cancelExpiry = (tx: Transaction, key: KeyPlace, material: StoredMaterial): void => {
  if (material.expiresAt !== undefined) cancel(tx, timerOf(key, material.id, material.expiresAt));
};

/** Takes back the timers of a key that is deleted. */
export const forgetExpiries = (tx: Transaction, record: KeyRecord): void => {
  for (const material of record.materials) cancelExpiry(tx, record, material);
  if (record.pendingMaterial) cancelExpiry(tx, record, record.pendingMaterial);
};

const timerOf = ({ account, region, id }: KeyPlace, materialId: string, dueAt: number): Timer => ({
  kind: expiryKind,
  id: `${keyArn({ account, region, id })} ${materialId}`,
  dueAt,
  payload: { account, region, id, materialId },
});
