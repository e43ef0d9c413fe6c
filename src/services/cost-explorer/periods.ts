import { fault } from '../../kernel/fault.ts';

/** Part of a time period, within one month. Milliseconds since the epoch. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** How finely costs are told. */
export type Granularity = 'DAILY' | 'MONTHLY' | 'HOURLY';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxHourlyDays = 14;
/** The current month and as many before it: AWS's "14 months", where nobody asked for data of more years. */
const monthsBefore = 13;

/**
 * Splits a time period; the first and the last part may be shorter.
 *
 * @param start `2026-11-01`, or with a time for HOURLY; `end` is not included
 * @throws {Fault} ValidationException: not a period, or one of which AWS has nothing
 */
export const periodsOf = (start: string, end: string, granularity: Granularity, now: Date): readonly Period[] => {
  const from = instantOf(start, granularity);
  const to = instantOf(end, granularity);
  if (from >= to) throw fault('ValidationException', 'Start date (and hour) should be before end date (and hour)');
  if (to > monthFrom(now, 1)) throw fault('ValidationException', 'end date past the beginning of next month');
  if (from > now.getTime()) throw fault('ValidationException', 'start date past the current date');
  requireKept(from, granularity, now);
  const periods: Period[] = [];
  for (let at = from; at < to; ) {
    const next = Math.min(to, endOf(at, granularity));
    periods.push({ from: at, to: next });
    at = next;
  }
  return periods;
};

/** What is too old depends on when it is asked, not on how long the period is. */
const requireKept = (from: number, granularity: Granularity, now: Date): void => {
  const midnight = Math.floor(now.getTime() / dayMs) * dayMs;
  if (granularity === 'HOURLY' && from < midnight - maxHourlyDays * dayMs) {
    throw fault(
      'ValidationException',
      `start date is too old for hourly, the max supported days for hourly granularity is ${maxHourlyDays} days`,
    );
  }
  if (from < monthFrom(now, -monthsBefore))
    throw fault('ValidationException', "You haven't enabled historical data beyond 14 months.");
};

/** @returns the beginning of a month, so many after the one of an instant */
const monthFrom = (instant: Date, months: number): number =>
  Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + months);

/** How an instant is told: as a date, or with the hour. */
export const formatInstant = (ms: number, granularity: Granularity): string => {
  const text = new Date(ms).toISOString();
  return granularity === 'HOURLY' ? `${text.slice(0, 19)}Z` : text.slice(0, 10);
};

const endOf = (at: number, granularity: Granularity): number => {
  if (granularity === 'HOURLY') return at + hourMs;
  return granularity === 'DAILY' ? at + dayMs : monthFrom(new Date(at), 1);
};

const instantOf = (text: string, granularity: Granularity): number => {
  const pattern = granularity === 'HOURLY' ? /^\d{4}-\d\d-\d\d(T\d\d:00:00Z)?$/ : /^\d{4}-\d\d-\d\d$/;
  if (!pattern.test(text)) {
    const expected = granularity === 'HOURLY' ? 'yyyy-MM-ddTHH:mm:ssZ' : 'yyyy-MM-dd';
    throw fault('ValidationException', `time period ${text} is not in the format ${expected}`);
  }
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || formatInstant(ms, 'DAILY') !== text.slice(0, 10))
    throw fault('ValidationException', `time period ${text} is not a day of the calendar`);
  return ms;
};
