import { DatabaseError } from 'pg';
import { type StoredState, storeFormat } from '../engine.ts';
import { CannotOpenStore } from '../store.ts';
import { type Session, SessionLost } from './postgres-session.ts';
import { firstRows, insertState, keyOf, schema, selectKeyring, selectMeta, setMeta } from './postgres-sql.ts';

/** SQLSTATEs, PostgreSQL appendix A. */
export const codes = {
  undefinedTable: '42P01',
  duplicateTable: '42P07',
  duplicateObject: '42710',
  uniqueViolation: '23505',
  serializationFailure: '40001',
  deadlock: '40P01',
} as const;
const madeMeanwhile: readonly (string | undefined)[] = [
  codes.uniqueViolation,
  codes.duplicateTable,
  codes.duplicateObject,
];

/** Another process made the store between the look for it and the attempt to make it. */
export class MadeMeanwhile extends CannotOpenStore {}

/** Databases exist since this format; older ones are directories. */
const firstFormat = 2;

/**
 * What the database says of itself; undefined where it holds no store.
 *
 * @throws {CannotOpenStore} damaged, or of a newer format
 */
export const readState = async (session: Session): Promise<StoredState | undefined> => {
  const meta = await readMeta(session);
  if (meta.size === 0) return undefined;
  const format = Number(Buffer.from(meta.get('format') ?? []).toString());
  if (!(format >= firstFormat)) throw new CannotOpenStore('the database is damaged: it names no format');
  if (format > storeFormat) {
    throw new CannotOpenStore(
      `the data was written by a newer Bulwark: its format is ${format}, this version reads up to ${storeFormat}. Use the newer version.`,
    );
  }
  const [keys] = await session.run(selectKeyring);
  return { meta, keyring: keys!.rows.map(keyOf) };
};

/**
 * Brings the database to the format that this version writes: nothing has to be converted since format 2, but an older version
 * would not keep the trees of large partitions true (3) or not understand how blocks are chained (4), and refuses the database
 * from then on.
 */
export const raiseFormat = async (session: Session, { meta }: StoredState): Promise<void> => {
  const format = Number(Buffer.from(meta.get('format') ?? []).toString());
  if (format < storeFormat) await session.run(setMeta('format', Buffer.from(String(storeFormat))));
};

const readMeta = async (session: Session): Promise<Map<string, Buffer>> => {
  try {
    const [result] = await session.run(selectMeta);
    return new Map((result!.rows as { name: string; value: Buffer }[]).map(({ name, value }) => [name, value]));
  } catch (error) {
    if (error instanceof DatabaseError && error.code === codes.undefinedTable) return new Map();
    throw error;
  }
};

/**
 * Makes the tables and stores the first state, with what `fill` adds, in one transaction.
 *
 * @throws {MadeMeanwhile} another process made the store first
 * @throws {CannotOpenStore} the tables are somebody else's
 */
export const initialize = async (
  session: Session,
  state: StoredState,
  fill: () => Promise<void> = async () => {},
): Promise<void> => {
  try {
    const made = await session.run(['BEGIN', ...schema, ...firstRows].join('; '));
    requireNoRows(made.slice(-firstRows.length).map(({ rows }) => rows.length));
    await session.run(insertState(state).join('; '));
    await fill();
    await session.run('COMMIT');
  } catch (error) {
    if (!(error instanceof SessionLost)) await session.run('ROLLBACK');
    if (!(error instanceof DatabaseError) || !madeMeanwhile.includes(error.code)) throw error;
    throw new MadeMeanwhile(meanwhile, { cause: error });
  }
};

const meanwhile = 'another process has just made this store: open it again';

/** @param [meta] how many rows were found in each of the tables: what is not of this store is left alone */
const requireNoRows = ([meta, ...others]: readonly number[]): void => {
  if (meta! > 0) throw new MadeMeanwhile(meanwhile);
  if (others.some((rows) => rows > 0))
    throw new CannotOpenStore(
      'the database has tables bulwark_… with rows, and none that says what they are: name another database, or restore a backup into one',
    );
};
