import type { ScheduleKeyDeletionCommandInput, ScheduleKeyDeletionCommandOutput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { scheduleDeletion } from '../deletion.ts';
import { unusedKeyAccess } from '../key-uses.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Makes a key unusable and deletes it, with everything it encrypted, when the waiting period ends.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
 */
export const scheduleKeyDeletion = ({
  keys,
  uses,
}: Kms): Operation<
  'ScheduleKeyDeletion',
  Input<ScheduleKeyDeletionCommandInput>,
  Output<ScheduleKeyDeletionCommandOutput>,
  KmsKey
> => ({
  name: 'ScheduleKeyDeletion',
  access: (input, call) => {
    const { resource, conditions } = unusedKeyAccess(keys.resolve(input.KeyId, call), uses, call);
    const days = { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(windowOf(input)) };
    return { resource, conditions: { ...conditions, ...days } };
  },
  handle: (input, key, { tx, now }) => {
    const windowDays = windowOf(input);
    if (windowDays < 7 || windowDays > 30) {
      throw fault('ValidationException', 'PendingWindowInDays must be between 7 and 30');
    }
    key.requireState('ScheduleKeyDeletion');
    const { state, deletionAt } = scheduleDeletion(tx, keys, key, windowDays, now);
    return {
      KeyId: key.arn,
      ...(deletionAt !== undefined && { DeletionDate: new Date(deletionAt) }),
      KeyState: state,
      PendingWindowInDays: windowDays,
    };
  },
});

const windowOf = ({ PendingWindowInDays = 30 }: Input<ScheduleKeyDeletionCommandInput>): number => PendingWindowInDays;
