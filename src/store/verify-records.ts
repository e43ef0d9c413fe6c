import type { KeyObject } from 'node:crypto';
import { IntegrityError, unlessAltered } from './keyring.ts';
import { emptySet, RecordSet } from './record-set.ts';
import { formatOf, headOf, openStored } from './stored.ts';

/** What verification of records found. */
export interface RecordsVerdict {
  /** Records that open and stand in their place. */
  readonly records: number;
  /** The first thing that is wrong; absent: nothing is. */
  readonly fault?: string;
}

/**
 * Opens every record of a store, and compares which records and index entries there are, at which revisions, with the
 * digest in the head of the journal. Works offline and beside running servers.
 *
 * @param place a data directory, or the URL of a database
 * @throws {CannotOpenStore} no store there, or another root key
 * @throws {IntegrityError} the keyring was altered
 */
export const verifyRecords = async (place: string, rootKey: KeyObject): Promise<RecordsVerdict> => {
  const stored = await openStored(place, rootKey);
  const { snapshot, barrier } = stored;
  try {
    const set = new RecordSet(barrier.logKey.key);
    let digest = emptySet;
    let records = 0;
    for await (const page of snapshot.records()) {
      for (const row of page) {
        try {
          barrier.openAnyRecord(row, row.sealed);
        } catch (error) {
          if (error instanceof IntegrityError) return { records, fault: error.message };
          throw error;
        }
        records++;
      }
      digest = set.including(digest, page, []);
    }
    for await (const page of snapshot.entries()) digest = set.including(digest, [], page);
    const head = unlessAltered(() => headOf(stored));
    if (!head)
      return {
        records,
        fault:
          'every record opens, but which ones belong here cannot be told: the head of the journal was altered or removed',
      };
    if (formatOf(snapshot) < firstFormatWithDigest || head.set === digest) return { records };
    return {
      records,
      fault:
        'every record opens, but they are not the ones that belong to this journal: some were removed, or put back to an older revision',
    };
  } finally {
    await snapshot.close();
  }
};

const firstFormatWithDigest = 2;
