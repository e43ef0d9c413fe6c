import { fault } from '../../kernel/fault.ts';

/** Part of a time period, within one month. Milliseconds since the epoch. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** How finely costs are told. */
export type Granularity = 'DAILY' | 'MONTHLY' | 'HOURLY';

const hourMs = 3_600_000;
/** AWS keeps hourly data so long, and daily data for 14 months. */
const maxHours = 14 * 24;
const maxDays = 430;

/**
 * Splits a time period; the first and the last part may be shorter.
 *
 * @param start `2026-11-01`, or with a time for HOURLY; `end` is not included
 * @throws {Fault} ValidationException; DataUnavailableException for hours that are too many
 */
export const periodsOf = (start: string, end: string, granularity: Granularity): readonly Period[] => {
  const from = instantOf(start, granularity);
  const to = instantOf(end, granularity);
  if (from >= to) throw fault('ValidationException', 'Start date (and hour) should be before end date (and hour)');
  const hours = (to - from) / hourMs;
  if (granularity === 'HOURLY' && hours > maxHours)
    throw fault('ValidationException', 'You can view historical hourly data for up to 14 days.');
  if (granularity === 'DAILY' && hours / 24 > maxDays)
    throw fault('ValidationException', 'You can view historical daily data for up to 14 months.');
  const periods: Period[] = [];
  for (let at = from; at < to; ) {
    const next = Math.min(to, endOf(at, granularity));
    periods.push({ from: at, to: next });
    at = next;
  }
  return periods;
};

/** How an instant is told: as a date, or with the hour. */
export const formatInstant = (ms: number, granularity: Granularity): string => {
  const text = new Date(ms).toISOString();
  return granularity === 'HOURLY' ? `${text.slice(0, 19)}Z` : text.slice(0, 10);
};

const endOf = (at: number, granularity: Granularity): number => {
  if (granularity === 'HOURLY') return at + hourMs;
  if (granularity === 'DAILY') return at + 24 * hourMs;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
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
