import type { Config } from '../config.ts';
import { verifyJournal } from '../journal/verify.ts';
import { requireHead } from './expected-head.ts';
import { storeOf, unsealHere } from './unseal-here.ts';

/** Milliseconds between two lines of progress. */
const progressEveryMs = 1000;

/** `bulwark verify-journal`: walks the whole chain, offline or beside a running server. */
export const verifyJournalCommand = async (
  config: Config,
  { 'expect-head': expected }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  let shownAt = Date.now();
  const place = storeOf(config);
  const rootKey = await unsealHere(config);
  const { records, head, fault } = await verifyJournal(place, {
    rootKey,
    onProgress: (done, total) => {
      if (Date.now() - shownAt < progressEveryMs) return;
      shownAt = Date.now();
      process.stderr.write(`${done} of ${total} records\n`);
    },
  });
  if (fault) {
    process.stdout.write(
      `BROKEN at record ${fault.sequence}: ${fault.what}\n${records} records before it are intact.\n`,
    );
    process.exitCode = 1;
    return;
  }
  for (const what of await requireHead(place, rootKey, expected)) {
    process.stdout.write(`BROKEN ${what}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(
    `${records} records verified, none changed, removed or reordered.\nhead ${head?.sequence ?? 0} ${head?.hash ?? ''}\n` +
      'Keep the head elsewhere: a journal that was put back whole to an earlier state ends before it.\n',
  );
};
