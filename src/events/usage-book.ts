import { isOwnersCopy, type JournalRecord } from '../journal/record.ts';
import type { Facts, Meter } from '../kernel/meter.ts';

/** Uses of one kind in one hour. */
export interface Uses {
  readonly account: string;
  readonly region: string;
  readonly serviceCode: string;
  readonly usageType: string;
  /** `2026-11-22T03`, UTC. */
  readonly hour: string;
  readonly quantity: number;
}

/** Something that is or was held, and paid for by the hour. */
export interface Holding {
  readonly account: string;
  readonly region: string;
  readonly serviceCode: string;
  /** Absent: it costs nothing, and counts only while it goes on. */
  readonly usageType?: string;
  /** What is held: an ARN, or a part of it. */
  readonly held: string;
  readonly facts: Facts;
  /** From when to when, in milliseconds since the epoch; without an end it goes on. */
  readonly spans: readonly (readonly [from: number, to?: number])[];
}

/** Where usage is written down, and read from. */
export interface UsageBook {
  /** Adds one use. */
  add(use: Omit<Uses, 'quantity'>): void;
  find(account: string, held: string): Holding | undefined;
  put(holding: Holding): void;
  /** @param day `2026-11-22` */
  usesOf(account: string, day: string): Iterable<Uses>;
  holdingsOf(account: string): Iterable<Holding>;
}

/** Writes down what a journal record says about usage. Failed calls cost nothing, and who calls pays. */
export const bookRecord = (book: UsageBook, meters: readonly Meter[], record: JournalRecord): void => {
  if (record.errorCode !== undefined || isOwnersCopy(record)) return;
  for (const meter of meters) {
    if (meter.eventSource !== record.eventSource) continue;
    const { serviceCode } = meter;
    const { recipientAccountId: account, awsRegion: region } = record;
    const at = Date.parse(record.eventTime);
    for (const metered of meter.metered(record, (held) => factsOf(book.find(account, held)))) {
      if ('use' in metered) {
        const hour = record.eventTime.slice(0, 13);
        book.add({ account, region, serviceCode, usageType: metered.use, hour });
      } else if ('begin' in metered) {
        const { begin: held, usageType, facts } = metered;
        const before = book.find(account, held);
        const spans = before?.spans ?? [];
        if (spans.at(-1)?.length === 1) continue;
        book.put({
          ...{ account, region, serviceCode, held },
          ...(usageType !== undefined && { usageType }),
          facts: facts ?? before?.facts ?? {},
          spans: [...spans, [at]],
        });
      } else {
        const holding = book.find(account, metered.end);
        const last = holding?.spans.at(-1);
        if (!holding || last?.length !== 1) continue;
        book.put({ ...holding, spans: [...holding.spans.slice(0, -1), [last[0], at]] });
      }
    }
  }
};

/** What was noted of something held; nothing of what was only noted, and is over. */
const factsOf = (holding: Holding | undefined): Facts | undefined =>
  holding?.usageType === undefined && holding?.spans.at(-1)?.length === 2 ? undefined : holding?.facts;

/** Usage of one kind in a period. */
export interface Usage {
  readonly region: string;
  readonly serviceCode: string;
  readonly usageType: string;
  /** Uses, or months that things were held, by the hour. */
  readonly quantity: number;
}

const hourMs = 3_600_000;

/**
 * What an account used in a period that lies within one month.
 *
 * @param from first hour, and `to` the hour after the last, in milliseconds since the epoch
 * @param now what is still held counts up to here; an hour that began counts whole
 */
export const usageIn = (book: UsageBook, account: string, from: number, to: number, now: number): readonly Usage[] => {
  const sums = new Map<string, Usage>();
  const add = ({ region, serviceCode, usageType }: Omit<Usage, 'quantity'>, quantity: number): void => {
    if (quantity === 0) return;
    const key = `${serviceCode} ${region} ${usageType}`;
    const before = sums.get(key)?.quantity ?? 0;
    sums.set(key, { region, serviceCode, usageType, quantity: before + quantity });
  };
  for (const day of daysOf(from, to)) {
    for (const uses of book.usesOf(account, day)) {
      const at = Date.parse(`${uses.hour}:00:00Z`);
      if (at >= from && at < to) add(uses, uses.quantity);
    }
  }
  const hoursOfMonth = hoursOfMonthAt(from);
  for (const holding of book.holdingsOf(account)) {
    let hours = 0;
    for (const [begun, ended = now] of holding.spans) {
      const first = Math.max(from, Math.floor(begun / hourMs) * hourMs);
      const last = Math.min(to, Math.ceil(ended / hourMs) * hourMs);
      hours += Math.max(0, last - first) / hourMs;
    }
    const { usageType } = holding;
    if (usageType !== undefined) add({ ...holding, usageType }, hours / hoursOfMonth);
  }
  return [...sums.values()];
};

const daysOf = (from: number, to: number): string[] => {
  const days: string[] = [];
  for (let at = from; at < to; at += 24 * hourMs) days.push(dayOf(at));
  const last = dayOf(to - 1);
  if (days.at(-1) !== last) days.push(last);
  return days;
};

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const hoursOfMonthAt = (ms: number): number => {
  const at = new Date(ms);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return (Date.UTC(year, month + 1) - Date.UTC(year, month)) / hourMs;
};

/** A book in memory: of a journal that is read once. */
export class MemoryBook implements UsageBook {
  readonly #uses = new Map<string, Uses>();
  readonly #holdings = new Map<string, Holding>();

  add(use: Omit<Uses, 'quantity'>): void {
    const key = JSON.stringify(use);
    this.#uses.set(key, { ...use, quantity: (this.#uses.get(key)?.quantity ?? 0) + 1 });
  }

  find(account: string, held: string): Holding | undefined {
    return this.#holdings.get(`${account} ${held}`);
  }

  put(holding: Holding): void {
    this.#holdings.set(`${holding.account} ${holding.held}`, holding);
  }

  usesOf(account: string, day: string): Iterable<Uses> {
    return [...this.#uses.values()].filter((uses) => uses.account === account && uses.hour.startsWith(day));
  }

  holdingsOf(account: string): Iterable<Holding> {
    return [...this.#holdings.values()].filter((holding) => holding.account === account);
  }

  /** Who used or held anything, in order. */
  get accounts(): readonly string[] {
    return [...new Set([...this.#uses.values(), ...this.#holdings.values()].map(({ account }) => account))].sort();
  }
}
