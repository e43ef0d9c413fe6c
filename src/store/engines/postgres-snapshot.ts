import type { QueryResult } from 'pg';
import type { Snapshot } from '../engine.ts';
import { NoStore, StoreUnavailable } from '../store.ts';
import { cannotUse, refusalOf } from './postgres-refusal.ts';
import { Session } from './postgres-session.ts';
import { blockOf, bytes, integer, recordColumns, rowOf } from './postgres-sql.ts';
import { readState } from './postgres-state.ts';

const rowsPerPage = 1000;
/** A block holds up to a thousand records of its own. */
const blocksPerPage = 32;

/**
 * Reads a database as of this moment, in one transaction that sees one snapshot and locks nothing: servers go on writing.
 *
 * @throws {CannotOpenStore} not reachable, or of a newer format; {@link NoStore}
 */
export const postgresSnapshot = async (url: string): Promise<Snapshot> => {
  const session = new Session(url, { once: true });
  const read = async (statement: string): Promise<QueryResult['rows']> => {
    try {
      return (await session.run(statement))[0]!.rows;
    } catch (cause) {
      throw new StoreUnavailable(`the database was not read to its end: ${refusalOf(cause)}`, { cause });
    }
  };
  try {
    await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const state = await readState(session);
    if (!state) throw new NoStore('the database holds no store');
    return {
      state,
      records: () =>
        pages(
          (after) =>
            `SELECT ${recordColumns} FROM bulwark_records r${after ? ` WHERE r.id > ${bytes(after.id)}` : ''} ORDER BY r.id LIMIT ${rowsPerPage}`,
          async (statement) => (await read(statement)).map(rowOf),
        ),
      entries: () =>
        pages(
          (after) =>
            `SELECT entry, id FROM bulwark_entries${after ? ` WHERE (entry, id) > (${bytes(after.entry)}, ${bytes(after.id)})` : ''} ORDER BY entry, id LIMIT ${rowsPerPage}`,
          async (statement) => (await read(statement)) as { entry: Buffer; id: Buffer }[],
        ),
      log: () =>
        pages(
          (after) =>
            `SELECT first, records, sealed FROM bulwark_log${after ? ` WHERE first > ${integer(after.first)}` : ''} ORDER BY first LIMIT ${blocksPerPage}`,
          async (statement) => (await read(statement)).map(blockOf),
        ),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw cannotUse(error);
  }
};

/** @param statement reads the page after a row; undefined: the first one */
async function* pages<T>(
  statement: (after: T | undefined) => string,
  read: (statement: string) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  for (let last: T | undefined; ; ) {
    const page = await read(statement(last));
    if (page.length === 0) return;
    yield page;
    last = page.at(-1);
  }
}
