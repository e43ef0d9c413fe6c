import assert from 'node:assert/strict';
import { type JournalRecord, parseRecord } from '../../src/journal/record.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { readPlainRootKey } from '../../src/seal/seal.ts';
import { LogChain } from '../../src/store/log-chain.ts';
import { openStored } from '../../src/store/stored.ts';
import { verifyRecords } from '../../src/store/verify-records.ts';

/**
 * Verifies all that is stored, beside running servers or without any, and fails where it is not whole: a record that does
 * not open or stands in the wrong place, a set of records, revisions and index entries that is not the one that the head of
 * the journal names, or a journal with a gap, a double or a break.
 *
 * @param data a directory, or the URL of a database
 * @returns the journal, in order
 */
export const requireWhole = async (data: string, keyDirectory: string): Promise<readonly JournalRecord[]> => {
  const rootKey = readPlainRootKey(keyDirectory, false);
  assert.equal((await verifyJournal(data, { rootKey })).fault, undefined);
  assert.equal((await verifyRecords(data, rootKey)).fault, undefined);
  const { snapshot, barrier } = await openStored(data, rootKey);
  const chain = new LogChain(barrier.logKey);
  const records: JournalRecord[] = [];
  try {
    for await (const page of snapshot.log()) {
      for (const block of page) records.push(...chain.openBlock(block).texts.map(parseRecord));
    }
    return records;
  } finally {
    await snapshot.close();
  }
};
