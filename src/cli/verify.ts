import type { Config } from '../config.ts';
import { verifyJournal } from '../journal/verify.ts';
import { verifyRecords } from '../store/verify-records.ts';
import { requireHead } from './expected-head.ts';
import { requireDirectory, unsealHere } from './unseal-here.ts';

/** `bulwark verify`: every journal record and every stored record, offline or beside a running server. */
export const verifyCommand = async (
  config: Config,
  { 'expect-head': expected }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  requireDirectory(config);
  const rootKey = await unsealHere(config);
  const journal = verifyJournal(config.data, { rootKey });
  const { records, fault } = verifyRecords(config.data, rootKey);
  const faults = [
    ...(journal.fault
      ? [`journal, record ${journal.fault.sequence}: ${journal.fault.what}`]
      : requireHead(config.data, rootKey, expected)),
    ...(fault === undefined ? [] : [`records: ${fault}`]),
  ];
  process.stdout.write(
    faults.length > 0
      ? `${faults.map((what) => `BROKEN ${what}\n`).join('')}`
      : `${journal.records} journal records and ${records} stored records verified.\nhead ${journal.head?.sequence ?? 0} ${journal.head?.hash ?? ''}\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
};
