import { fault } from '../../kernel/fault.ts';
import { type Cron, nextHour, parseCron } from './cron.ts';
import type { RotationRules, RotationWindow } from './secret-record.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Rotations are this far apart at least, in hours. */
const leastHours = 4;

/** When a secret is rotated. */
export interface Schedule {
  /** The window that opens next. @param last milliseconds since the epoch: when it was rotated, or the schedule set */
  next(last: number): RotationWindow;
}

/**
 * Reads the rules of a rotation.
 *
 * @throws {Fault} InvalidParameterException
 * @see Secrets Manager user guide: "Rotation schedules"
 */
export const parseRules = (rules: RotationRules): Schedule => {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration } = rules;
  if ((days === undefined) === (expression === undefined)) {
    throw invalid(
      'You must specify either AutomaticallyAfterDays or ScheduleExpression in RotationRules, and not both.',
    );
  }
  const hours = Duration === undefined ? undefined : Number(Duration.slice(0, -1));
  if (hours !== undefined && !(hours >= 1 && hours <= 24)) throw invalidDuration();
  if (days !== undefined) {
    return { next: (last) => windowFrom(last + days * dayMs, hours, 'day', true) };
  }
  const rate = /^rate\((\d{1,3}) (hour|day)s?\)$/.exec(expression!);
  if (rate) return rateSchedule(Number(rate[1]), rate[2] as 'hour' | 'day', hours);
  const cron = parseCron(expression!);
  if (!cron) throw invalid(`The schedule expression is not valid: ${expression}`);
  return cronSchedule(cron, hours);
};

const rateSchedule = (every: number, unit: 'hour' | 'day', hours: number | undefined): Schedule => {
  const unitMs = unit === 'hour' ? hourMs : dayMs;
  if (every * unitMs < leastHours * hourMs) throw tooOften();
  if (hours !== undefined && hours * hourMs > every * unitMs) throw invalidDuration();
  return { next: (last) => windowFrom(last - (last % unitMs) + every * unitMs, hours, unit) };
};

const cronSchedule = (cron: Cron, hours: number | undefined): Schedule => {
  const [first = 0] = cron.hours;
  const gaps = cron.hours.map((hour, at) => (cron.hours[at + 1] ?? first + 24) - hour);
  const least = Math.min(...gaps);
  if (least < leastHours) throw tooOften();
  if (hours !== undefined && (hours > least || cron.hours.some((hour) => hour + hours > 24))) throw invalidDuration();
  if (nextHour(cron, 0) === undefined) throw invalid('The schedule expression names no day.');
  const unit = cron.hours.length > 1 ? 'hour' : 'day';
  return { next: (last) => windowFrom(nextHour(cron, last)!, hours, unit) };
};

/** A window ends after its duration; without one, after an hour or with the UTC day. @param wholeDay whether it ends with the day in any case */
const windowFrom = (
  opensAt: number,
  hours: number | undefined,
  unit: 'hour' | 'day',
  wholeDay = false,
): RotationWindow => {
  const endOfDay = opensAt - (opensAt % dayMs) + dayMs - 1000;
  if (hours !== undefined && !wholeDay) return { opensAt, closesAt: opensAt + hours * hourMs };
  return { opensAt, closesAt: unit === 'hour' ? opensAt + hourMs : endOfDay };
};

const invalid = (message: string) => fault('InvalidParameterException', message);
const tooOften = () => invalid(`The schedule expression rotates more often than every ${leastHours} hours.`);
const invalidDuration = () =>
  invalid('The duration of the rotation window must not reach into the next window or the next UTC day.');
