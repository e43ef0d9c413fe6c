import type { Config } from '../config.ts';
import { verifyJournal } from '../journal/verify.ts';
import { verifyRecords } from '../store/verify-records.ts';
import { requireHead } from './expected-head.ts';
import { storeOf, unsealHere } from './unseal-here.ts';

/** `bulwark verify`: every journal record and every stored record, offline or beside running servers. */
export const verifyCommand = async (
  config: Config,
  { 'expect-head': expected }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const place = storeOf(config);
  const rootKey = await unsealHere(config);
  const journal = await verifyJournal(place, { rootKey });
  const { records, fault } = await verifyRecords(place, rootKey);
  const faults = [
    ...(journal.fault
      ? [`journal, record ${journal.fault.sequence}: ${journal.fault.what}`]
      : await requireHead(place, rootKey, expected)),
    ...(fault === undefined ? [] : [`records: ${fault}`]),
  ];
  process.stdout.write(
    faults.length > 0
      ? `${faults.map((what) => `BROKEN ${what}\n`).join('')}`
      : `${journal.records} journal records and ${records} stored records verified.\nhead ${journal.head?.sequence ?? 0} ${journal.head?.hash ?? ''}\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
};
