import type { DatabaseSync } from 'node:sqlite';
import { storeFormat } from '../engine.ts';
import { LogChain, type LogKey } from '../log-chain.ts';
import { emptySet, RecordSet } from '../record-set.ts';

/** What a migration may need beside the database. */
interface Keys {
  readonly logKey: LogKey;
}

/** One step from a format to the next; runs inside a transaction. */
type Migration = (database: DatabaseSync, keys: Keys) => void;

/**
 * By the format that they start from. A step is never changed once it was released: a directory of any age walks all of
 * them.
 */
const migrations: Readonly<Record<number, Migration>> = {
  1: (database, { logKey }) => {
    const chain = new LogChain(logKey);
    const head = chain.openHead(metaOf(database, 'log-head'));
    setMeta(database, 'log-head', chain.sealHead({ ...head, set: digestOfAll(database, logKey) }));
  },
  // Large partitions get their trees with their next new record; an older version would not keep them true.
  2: () => {},
  // Blocks are chained whole from now on; an older version would chain their records one by one.
  3: () => {},
};

/**
 * Brings a database to the format that this version writes, one durable step after the other: what is interrupted goes on
 * at the next start. An older version refuses the directory from then on.
 */
export const migrate = (database: DatabaseSync, logKey: LogKey): void => {
  for (let format = formatOf(database); format < storeFormat; format++) {
    database.exec('BEGIN IMMEDIATE');
    try {
      migrations[format]!(database, { logKey });
      setMeta(database, 'format', Buffer.from(String(format + 1)));
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
};

const formatOf = (database: DatabaseSync): number => Number(Buffer.from(metaOf(database, 'format')).toString());

const metaOf = (database: DatabaseSync, name: string): Uint8Array =>
  (database.prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: Uint8Array }).value;

const setMeta = (database: DatabaseSync, name: string, value: Uint8Array): void => {
  database.prepare('UPDATE meta SET value = ? WHERE name = ?').run(value, name);
};

const rowsAtOnce = 4096;

/** The digest of everything that is stored. @see RecordSet */
const digestOfAll = (database: DatabaseSync, { key }: LogKey): string => {
  const set = new RecordSet(key);
  let digest = emptySet;
  for (const rows of inChunks<{ id: Uint8Array; revision: number }>(database, 'SELECT id, revision FROM records')) {
    digest = set.including(digest, rows, []);
  }
  for (const rows of inChunks<{ entry: Uint8Array; id: Uint8Array }>(database, 'SELECT entry, id FROM entries')) {
    digest = set.including(digest, [], rows);
  }
  return digest;
};

function* inChunks<T>(database: DatabaseSync, sql: string): Generator<T[]> {
  let chunk: T[] = [];
  for (const row of database.prepare(sql).iterate()) {
    if (chunk.push(row as T) < rowsAtOnce) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}
