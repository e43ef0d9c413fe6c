/** Days and hours that a cron expression names, in UTC. */
export interface Cron {
  /** Ascending. */
  readonly hours: readonly number[];
  /** Whether a day lies in a month that is named. */
  isInMonth(day: Date): boolean;
  /** Whether a day of such a month, at any hour of it, is one of those named. */
  isDay(day: Date): boolean;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const dayMs = 86_400_000;

/**
 * Reads a cron expression as Secrets Manager has them: `cron(0 hours day-of-month month day-of-week *)`. Of the two days
 * exactly one is `?`.
 *
 * @returns undefined: it is none
 * @see Secrets Manager user guide: "Rotation schedules"
 */
export const parseCron = (text: string): Cron | undefined => {
  const fields = /^cron\((.*)\)$/.exec(text)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minutes = '', hourField = '', ofMonth = '', month = '', ofWeek = '', year = ''] = fields;
  if (minutes !== '0' || year !== '*' || (ofMonth === '?') === (ofWeek === '?')) return undefined;
  const hours = valuesOf(hourField, 0, 23);
  const named = valuesOf(month, 1, 12, months);
  const isOfMonth = ofMonth === '?' ? everyDay : dayOfMonth(ofMonth);
  const isOfWeek = ofWeek === '?' ? everyDay : dayOfWeek(ofWeek);
  if (!hours || !named || !isOfMonth || !isOfWeek) return undefined;
  const inMonth = new Set(named);
  return {
    hours,
    isInMonth: (day) => inMonth.has(day.getUTCMonth() + 1),
    isDay: (day) => isOfMonth(day) && isOfWeek(day),
  };
};

type DayTest = (day: Date) => boolean;

const everyDay: DayTest = () => true;

/** `L` is the last day of the month, `15W` the weekday nearest to the 15th within the month. */
const dayOfMonth = (field: string): DayTest | undefined => {
  if (field === 'L') return (day) => day.getUTCDate() === lastOf(day);
  const [, nearest] = /^(\d{1,2})W$/.exec(field) ?? [];
  if (nearest !== undefined) {
    const wanted = Number(nearest);
    return wanted < 1 || wanted > 31 ? undefined : (day) => day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const days = valuesOf(field, 1, 31);
  return days && ((day) => days.includes(day.getUTCDate()));
};

/** `6L` is the last Friday of the month, `2#1` the first Monday. */
const dayOfWeek = (field: string): DayTest | undefined => {
  if (field === 'L') return (day) => day.getUTCDay() === 6;
  const [, name = '', last, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(field) ?? [];
  if (last !== undefined || nth !== undefined) {
    const [weekday, ...others] = valuesOf(name, 1, 7, weekdays) ?? [];
    if (weekday === undefined || others.length > 0) return undefined;
    const isInWeek: DayTest = (day) =>
      last === undefined ? Math.ceil(day.getUTCDate() / 7) === Number(nth) : day.getUTCDate() > lastOf(day) - 7;
    return (day) => day.getUTCDay() === weekday - 1 && isInWeek(day);
  }
  const days = valuesOf(field, 1, 7, weekdays);
  return days && ((day) => days.includes(day.getUTCDay() + 1));
};

const lastOf = (day: Date): number => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

const nearestWeekday = (day: Date, wanted: number): number => {
  const last = lastOf(day);
  const date = Math.min(wanted, last);
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === last ? date - 2 : date + 1;
  return date;
};

/** Values of a field, ascending: `1,3-5`, `*`, `0/8`, `/8`, `2-10/2`, `MON-FRI`. @returns undefined: it is malformed */
const valuesOf = (
  field: string,
  first: number,
  last: number,
  names: readonly string[] = [],
): readonly number[] | undefined => {
  const values = new Set<number>();
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    if (named !== -1) return named + first;
    return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  };
  for (const part of field.split(',')) {
    const [, range = '', step] = /^([\w*-]*)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (range === '' && step === undefined) return undefined;
    const isAll = range === '*' || range === '';
    const [from = '', to, ...more] = range.split('-');
    const low = isAll ? first : numberOf(from);
    const high = to !== undefined ? numberOf(to) : isAll || step !== undefined ? last : low;
    const by = step === undefined ? 1 : Number(step);
    if (more.length > 0 || !(low >= first && high <= last && low <= high && by > 0)) return undefined;
    for (let value = low; value <= high; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
};

/** Every expression that names a day names one in as many years: a weekday is a 29 February every 28, or 40 across 2100. */
const searchedYears = 41;

/** The first hour that the expression names after an instant, in milliseconds; undefined: it names no day. */
export const nextHour = ({ hours, isInMonth, isDay }: Cron, after: number): number | undefined => {
  const end = after + searchedYears * 366 * dayMs;
  for (let start = after - (after % dayMs); start < end; ) {
    const day = new Date(start);
    if (!isInMonth(day)) {
      start = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1);
      continue;
    }
    const found = isDay(day)
      ? hours.map((hour) => start + hour * 3_600_000).find((instant) => instant > after)
      : undefined;
    if (found !== undefined) return found;
    start += dayMs;
  }
  return undefined;
};
