import type { KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Row } from './engine.ts';
import { digestOfAll } from './engines/sqlite-migrations.ts';
import { IntegrityError } from './keyring.ts';
import { LogChain } from './log-chain.ts';
import { openStored } from './stored-log.ts';

/** What verification of records found. */
export interface RecordsVerdict {
  /** Records that open and stand in their place. */
  readonly records: number;
  /** The first thing that is wrong; absent: nothing is. */
  readonly fault?: string;
}

/**
 * Opens every record of a data directory, and compares which records and index entries there are, at which revisions, with
 * the digest in the head of the journal. Works offline and beside a running server.
 *
 * @throws {CannotOpenStore} no store there, or another root key
 * @throws {IntegrityError} the keyring or the head was altered
 */
export const verifyRecords = (
  directory: string,
  rootKey: KeyObject,
  onProgress: (records: number) => void = () => {},
): RecordsVerdict => {
  const { database, state, barrier } = openStored(directory, rootKey);
  try {
    let records = 0;
    for (const row of rowsOf(database)) {
      try {
        barrier.openAnyRecord(row, row.sealed);
      } catch (error) {
        if (error instanceof IntegrityError) return { records, fault: error.message };
        throw error;
      }
      onProgress(++records);
    }
    const head = new LogChain(barrier.logKey).openHead(state.meta.get('log-head') ?? Buffer.alloc(0));
    if (
      Number(Buffer.from(state.meta.get('format')!).toString()) >= 2 &&
      head.set !== digestOfAll(database, barrier.logKey)
    ) {
      return {
        records,
        fault:
          'every record opens, but they are not the ones that belong to this journal: some were removed, or put back to an older revision',
      };
    }
    return { records };
  } finally {
    database.close();
  }
};

function* rowsOf(database: DatabaseSync): Generator<Row> {
  for (const row of database.prepare('SELECT id, partition, revision, sealed FROM records').iterate()) {
    const { id, partition, revision, sealed } = row as {
      id: Uint8Array;
      partition: Uint8Array;
      revision: number;
      sealed: Uint8Array;
    };
    yield { id: Buffer.from(id), partition: Buffer.from(partition), revision, sealed: Buffer.from(sealed) };
  }
}
