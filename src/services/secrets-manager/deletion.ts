import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { secretArn } from './secret-ids.ts';
import { type SecretRecord, secretPlaceIn } from './secret-record.ts';
import type { Secrets } from './secrets.ts';
import { tell } from './service-events.ts';

const kind = 'secretsmanager.delete-secret';
const dayMs = 86_400_000;

const timerOf = (record: SecretRecord, dueAt: number): Timer => {
  const { account, region, name } = record;
  const arn = secretArn(record);
  return { kind, id: arn, dueAt, payload: { account, region, name, arn } };
};

/** How DeleteSecret is asked to delete. */
export interface DeletionRequest {
  readonly RecoveryWindowInDays?: number | undefined;
  readonly ForceDeleteWithoutRecovery?: boolean | undefined;
}

/** Days until a secret is deleted; 0: at once. @throws {Fault} InvalidParameterException */
export const recoveryWindow = ({
  RecoveryWindowInDays: days,
  ForceDeleteWithoutRecovery: force,
}: DeletionRequest): number => {
  if (force && days !== undefined) {
    throw fault(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw fault(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  }
  return force ? 0 : (days ?? 30);
};

/** Deletes a secret, after its recovery window. @returns when it is gone. */
export const scheduleDeletion = (
  tx: Transaction,
  secrets: Secrets,
  record: SecretRecord,
  days: number,
  now: Date,
): Date => {
  const deletesAt = now.getTime() + days * dayMs;
  if (record.deletesAt !== undefined) cancel(tx, timerOf(record, record.deletesAt));
  tell(tx, 'StartSecretVersionDelete', record, now);
  if (days === 0) remove(tx, secrets, record, now);
  else {
    secrets.put(tx, { ...record, deletesAt });
    schedule(tx, timerOf(record, deletesAt));
  }
  return new Date(deletesAt);
};

/** Takes the deletion of a secret back; nothing happens where there is none. */
export const restore = (tx: Transaction, secrets: Secrets, record: SecretRecord, now: Date): void => {
  const { deletesAt, ...kept } = record;
  if (deletesAt === undefined) return;
  cancel(tx, timerOf(record, deletesAt));
  secrets.put(tx, { ...kept, changedAt: now.getTime() });
  tell(tx, 'CancelSecretVersionDelete', record, now);
};

const remove = (tx: Transaction, secrets: Secrets, record: SecretRecord, now: Date): void => {
  secrets.delete(tx, record);
  tell(tx, 'EndSecretVersionDelete', record, now);
};

/** Deletes secrets when their recovery window is over. */
export const deletionJobs = (secrets: Secrets): Readonly<Record<string, Job>> => ({
  [kind]: (tx, { payload }, now) => {
    const record = secrets.findByArn(tx, secretPlaceIn(payload), payload.arn ?? '');
    if (record?.deletesAt !== undefined) remove(tx, secrets, record, now);
  },
});
