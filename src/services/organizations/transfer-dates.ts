import { invalidInput } from './faults.ts';
import { acceptanceDays, dayMs } from './quotas.ts';
import type { ResponsibilityTransferRecord } from './responsibility-transfers.ts';

/**
 * Requires that a transfer begins with a month, of which there is still time to say yes.
 *
 * @throws {Fault} InvalidInputException
 * @see Billing and Cost Management User Guide: "Sending invitations"
 */
export const requireStart = (start: Date, now: Date): void => {
  if (start.getUTCDate() !== 1) {
    throw invalidInput(
      'START_DATE_NOT_BEGINNING_OF_MONTH',
      'You provided an invalid start date. The start date must be the first day of the month.',
    );
  }
  if (start.getTime() % dayMs !== 0) {
    throw invalidInput(
      'START_DATE_NOT_BEGINNING_OF_DAY',
      'You provided an invalid start date. The start date must be the beginning of the day (00:00:00.000).',
    );
  }
  if (start.getTime() - acceptanceDays * dayMs <= now.getTime()) {
    throw invalidInput('START_DATE_TOO_EARLY', 'You provided an invalid start date. The start date is too early.');
  }
};

/**
 * The end that a request names, or else that of the first month that can be the last.
 *
 * @returns milliseconds since the epoch
 * @throws {Fault} InvalidInputException
 * @see Billing and Cost Management User Guide: "Withdrawing transfers"
 */
export const endOf = ({ startsAt }: ResponsibilityTransferRecord, asked: Date | undefined, now: Date): number => {
  const earliest = endOfMonth(new Date(Math.max(startsAt, now.getTime())));
  if (asked === undefined) return earliest;
  const end = asked.getTime();
  // Timestamps of JSON have no more than milliseconds, and the CLI sends whole seconds: 23:59:59 is the end, too.
  const last = endOfMonth(asked);
  if (end !== last && end !== last - 999) {
    throw invalidInput(
      'END_DATE_NOT_END_OF_MONTH',
      'You provided an invalid end date. The end date must be the end of the last day of the month (23.59.59.999).',
    );
  }
  if (end < earliest - 999) {
    throw invalidInput(
      'END_DATE_TOO_EARLY',
      'You provided an invalid end date. It is too early for the transfer to end.',
    );
  }
  return last;
};

const endOfMonth = (moment: Date): number => Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1) - 1;
