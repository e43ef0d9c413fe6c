import type { Config } from '../config.ts';
import { bookRecord, MemoryBook } from '../events/usage-book.ts';
import { parseRecord } from '../journal/record.ts';
import { meters } from '../meters.ts';
import { type Cost, costsIn } from '../services/cost-explorer/costs.ts';
import { ConfigError } from '../setting-values.ts';
import type { Texts } from './command-row.ts';
import { journalTexts } from './journal-source.ts';

const dayMs = 86_400_000;

/** `bulwark cost`: what AWS would ask for a month, metered from the journal, as a table and a plot. */
export const costCommand = async (config: Config, { month, json }: Texts): Promise<void> => {
  const { from, to, name } = monthOf(month);
  const book = new MemoryBook();
  let latest = from;
  for await (const text of journalTexts(config)) {
    const record = parseRecord(text);
    bookRecord(book, meters, record);
    latest = Math.max(latest, Date.parse(record.eventTime));
  }
  // The server's clock may have been moved ahead of this machine's.
  const now = new Date(Math.max(latest, Date.now()));
  const costsOf = (account: string) => costsIn(book, meters, account, { from, to }, now);
  const costs = costsOf(config.account);
  if (json === 'true') {
    process.stdout.write(`${JSON.stringify({ account: config.account, month: name, costs }, null, 2)}\n`);
    return;
  }
  // No bars for days to come.
  const days = Array.from({ length: Math.ceil((Math.min(to, now.getTime()) - from) / dayMs) }, (_, day) => {
    const period = { from: from + day * dayMs, to: from + (day + 1) * dayMs };
    return sum(costsIn(book, meters, config.account, period, now));
  });
  const others = book.accounts
    .filter((account) => account !== config.account)
    .map((account) => `Account ${account}: ${dollars(sum(costsOf(account)))} (--account ${account})\n`);
  const heading = `Account ${config.account}, ${name}: ${dollars(sum(costs))}`;
  const used = costs.length === 0 ? 'Nothing was used.' : `${table(costs)}\n\n${plot(days)}`;
  process.stdout.write(`${heading}\n\n${used}\n${others.length > 0 ? `\n${others.join('')}` : ''}`);
};

/** @param text `2026-11`; absent: this month */
const monthOf = (text = new Date().toISOString().slice(0, 7)): { from: number; to: number; name: string } => {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined) throw new ConfigError(`month: "${text}" is not a month such as 2026-11`);
  return { from: Date.UTC(Number(year), Number(month) - 1), to: Date.UTC(Number(year), Number(month)), name: text };
};

const sum = (costs: readonly Cost[]): number => costs.reduce((total, { usd }) => total + usd, 0);

/** A request costs millionths. */
const dollars = (usd: number): string => `$${usd.toFixed(usd < 0.01 ? 6 : 4)}`;

const table = (costs: readonly Cost[]): string => {
  const rows = costs
    .toSorted((a, b) => b.usd - a.usd)
    .map(({ usageType, quantity, unit, usd }) => [
      usageType,
      Number(quantity.toFixed(4)).toLocaleString('en-US', { maximumFractionDigits: 4 }),
      unit,
      dollars(usd),
    ]);
  const lines = [['usage', 'quantity', 'unit', 'cost'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  const isNumber = (column: number) => column === 1 || column === 3;
  return lines
    .map((line) =>
      line
        .map((cell, at) => (isNumber(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const plotWidth = 50;

/** A bar for each day of the month. */
const plot = (days: readonly number[]): string => {
  const highest = Math.max(...days);
  return days
    .map((usd, day) => {
      const bar = '█'.repeat(highest > 0 ? Math.round((usd / highest) * plotWidth) : 0);
      return `${String(day + 1).padStart(2)} ${bar}${usd > 0 ? ` ${dollars(usd)}` : ''}`.trimEnd();
    })
    .join('\n');
};
