import { asBuffer } from '../as-buffer.ts';
import type { Row, StoredState } from '../engine.ts';
import type { KeyringRow } from '../keyring.ts';
import type { LogBlock } from '../log-chain.ts';

/** Tables of docs/formats. */
export const schema: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS bulwark_meta (name TEXT PRIMARY KEY, value BYTEA NOT NULL)',
  'CREATE TABLE IF NOT EXISTS bulwark_keyring (position BIGINT PRIMARY KEY, id BIGINT NOT NULL UNIQUE, parent BIGINT NOT NULL, sealed BYTEA NOT NULL)',
  'CREATE TABLE IF NOT EXISTS bulwark_records (id BYTEA PRIMARY KEY, partition_id BYTEA NOT NULL, revision BIGINT NOT NULL, sealed BYTEA NOT NULL)',
  'CREATE INDEX IF NOT EXISTS bulwark_records_by_partition ON bulwark_records (partition_id, id)',
  'CREATE TABLE IF NOT EXISTS bulwark_entries (entry BYTEA NOT NULL, id BYTEA NOT NULL, PRIMARY KEY (entry, id))',
  'CREATE TABLE IF NOT EXISTS bulwark_log (first BIGINT PRIMARY KEY, records BIGINT NOT NULL, sealed BYTEA NOT NULL)',
  'CREATE TABLE IF NOT EXISTS bulwark_changes (sequence BIGINT PRIMARY KEY, keys BYTEA NOT NULL, notice BYTEA NOT NULL)',
];

/** A row of each table, of all its columns; the first table says what the store is. */
export const firstRows: readonly string[] = [
  'SELECT name, value FROM bulwark_meta LIMIT 1',
  'SELECT position, id, parent, sealed FROM bulwark_keyring LIMIT 1',
  'SELECT id, partition_id, revision, sealed FROM bulwark_records LIMIT 1',
  'SELECT entry, id FROM bulwark_entries LIMIT 1',
  'SELECT first, records, sealed FROM bulwark_log LIMIT 1',
  'SELECT sequence, keys, notice FROM bulwark_changes LIMIT 1',
];

/** Bytes as a literal: hexadecimal digits and nothing else, whatever the bytes are. */
export const bytes = (value: Uint8Array): string => `'\\x${asBuffer(value).toString('hex')}'::bytea`;

/** @throws {RangeError} not a whole number */
export const integer = (value: number): string => {
  if (!Number.isSafeInteger(value)) throw new RangeError('not a whole number');
  return String(value);
};

/** `(a, b), (c, d)`: rows of VALUES or of IN. */
export const list = <T>(values: Iterable<T>, literal: (value: T) => string): string =>
  Array.from(values, literal).join(', ');

/** A row of `meta`; names are constants of ours. */
export const setMeta = (name: 'log-head' | 'change-sequence' | 'format', value: Uint8Array): string =>
  `INSERT INTO bulwark_meta (name, value) VALUES ('${name}', ${bytes(value)}) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

/** Adds one wrapped key behind the others, or puts one that was sealed anew in its place. */
export const addKey = ({ id, parent, sealed }: KeyringRow): string =>
  `INSERT INTO bulwark_keyring (position, id, parent, sealed) SELECT coalesce(max(position), 0) + 1, ${integer(id)}, ${integer(parent)}, ${bytes(sealed)} FROM bulwark_keyring ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, sealed = excluded.sealed`;

/** Begins a transaction that holds the lock which every writer needs: the row of the log's head, which it reads. */
export const lockHead = [
  'BEGIN ISOLATION LEVEL READ COMMITTED',
  "SELECT value FROM bulwark_meta WHERE name = 'log-head' FOR UPDATE",
] as const;

/** The head of the log with its newest block, of one moment: one statement sees one snapshot. */
export const selectEnd =
  "SELECT m.value, l.first, l.records, l.sealed FROM bulwark_meta m LEFT JOIN bulwark_log l ON l.first = (SELECT max(first) FROM bulwark_log) WHERE m.name = 'log-head'";

/** A row of {@link selectEnd}. */
export interface EndRow {
  readonly value: Buffer;
  /** null: the log has no block. */
  readonly first: string | null;
  readonly records: string;
  readonly sealed: Buffer;
}

/** What recognizes the root key. */
export const selectRootCheck = "SELECT value FROM bulwark_meta WHERE name = 'root-check'";

/** What the database says of itself. */
export const selectMeta = 'SELECT name, value FROM bulwark_meta';
/** Every wrapped key, oldest first. */
export const selectKeyring = 'SELECT id, parent, sealed FROM bulwark_keyring ORDER BY position';

/**
 * Changes after a sequence, each with the newest sequence; one row without a change where there is none. Each with the mark
 * of a change that is known, too, if it is still there.
 */
export const selectChanges = (after: number, known: number): string =>
  `SELECT m.value AS newest, (SELECT substring(k.notice from 5 for 16) FROM bulwark_changes k WHERE k.sequence = ${integer(known)}) AS mark, c.sequence, c.keys, c.notice FROM bulwark_meta m LEFT JOIN bulwark_changes c ON c.sequence > ${integer(after)} WHERE m.name = 'change-sequence' ORDER BY c.sequence`;

/** What no other change has: the nonce of its first notice, as {@link selectChanges} finds it. docs/formats/changes.md */
export const markOf = (notice: Buffer): Buffer => notice.subarray(4, 20);

/** A row of {@link selectChanges}; the driver gives 64-bit integers as text. */
export interface ChangeRow {
  readonly newest: Buffer;
  readonly mark: Buffer | null;
  readonly sequence: string | null;
  readonly keys: Buffer;
  readonly notice: Buffer;
}

/** Columns of a record, as {@link rowOf} wants them. */
export const recordColumns = 'r.id, r.partition_id, r.revision, r.sealed';

/** A stored record as the driver gives it. */
export interface RecordRow {
  readonly id: Buffer;
  readonly partition_id: Buffer;
  readonly revision: string;
  readonly sealed: Buffer;
}

/** A record from its columns. */
export const rowOf = ({ id, partition_id, revision, sealed }: RecordRow): Row => ({
  id,
  partition: partition_id,
  revision: Number(revision),
  sealed,
});

/** A block of the log from its columns. */
export const blockOf = ({ first, records, sealed }: { first: string; records: string; sealed: Buffer }): LogBlock => ({
  first: Number(first),
  count: Number(records),
  sealed,
});

/** A wrapped key from its columns. */
export const keyOf = ({ id, parent, sealed }: { id: string; parent: string; sealed: Buffer }): KeyringRow => ({
  id: Number(id),
  parent: Number(parent),
  sealed,
});

/** A number in `meta`. */
export const numberIn = (value: Uint8Array): number => Number(Buffer.from(value).toString());
/** The inverse of {@link numberIn}. */
export const numberValue = (value: number): Buffer => Buffer.from(String(value));

/** The statements that store the first state of a new store. */
export const insertState = ({ meta, keyring }: StoredState): readonly string[] => [
  `INSERT INTO bulwark_meta (name, value) VALUES ${list(meta, ([name, value]) => `(${text(name)}, ${bytes(value)})`)}`,
  `INSERT INTO bulwark_meta (name, value) VALUES ('change-sequence', ${bytes(numberValue(0))})`,
  ...keyring.map(addKey),
];

/** @throws {RangeError} anything but lower-case letters and hyphens */
const text = (name: string): string => {
  if (!/^[a-z-]+$/.test(name)) throw new RangeError('not a name of meta');
  return `'${name}'`;
};
