import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { splitNotices } from '../changes.ts';
import type { Batch, BatchResult, Changes, Engine, LockedEngine, Row, SharedEngine, StoredState } from '../engine.ts';
import type { KeyringRow } from '../keyring.ts';
import { type LogBlock, LogChain, type LogHead, type LogKey, newLog } from '../log-chain.ts';
import { RecordSet } from '../record-set.ts';
import { CannotOpenStore, StoreUnavailable } from '../store.ts';
import { appliedTo, type BatchOutcome } from './postgres-batch.ts';
import { Loader } from './postgres-loader.ts';
import { cannotUse, refusalOf } from './postgres-refusal.ts';
import { Session, SessionLost } from './postgres-session.ts';
import {
  blockOf,
  bytes,
  type ChangeRow,
  type EndRow,
  integer,
  keyOf,
  list,
  lockHead,
  markOf,
  numberIn,
  numberValue,
  recordColumns,
  rowOf,
  selectChanges,
  selectEnd,
  selectKeyring,
  selectRootCheck,
  setMeta,
} from './postgres-sql.ts';
import { codes, initialize, raiseFormat, readState } from './postgres-state.ts';

/**
 * A database that speaks PostgreSQL's protocol, shared by any number of processes and hosts.
 *
 * @param url `postgres://user:password@host:port/database`; its password is never repeated in a message
 * @throws {CannotOpenStore} not reachable, of a newer format, or not to be written by this role
 */
export const lockedPostgres = async (url: string): Promise<LockedEngine> => {
  const writer = new Session(url);
  try {
    const state = await readState(writer);
    if (state) await raiseFormat(writer, state);
    const end = state && (await readEnd(writer));
    let opened = state;
    return {
      state,
      initialize: async (first) => {
        await initialize(writer, first).catch((error: unknown) => {
          throw cannotUse(error);
        });
        opened = first;
      },
      unlock: (logKey) => {
        if (end) requireIntactEnd(end, new LogChain(logKey));
        return new PostgresEngine(writer, new Session(url), logKey, opened ?? emptyState);
      },
      close: () => writer.close(),
    };
  } catch (error) {
    await writer.close();
    throw cannotUse(error);
  }
};

const readEnd = async (session: Session): Promise<EndRow> => {
  const [found] = await session.run(selectEnd);
  const end = found!.rows[0] as EndRow | undefined;
  if (!end) throw new CannotOpenStore('the database is damaged: the head of the log is missing');
  return end;
};

/** @throws {IntegrityError} the log does not end where its head says */
const requireIntactEnd = ({ value, first, ...block }: EndRow, chain: LogChain): void =>
  chain.requireEnd(chain.openHead(value), first === null ? undefined : blockOf({ first, ...block }));

const emptyState: StoredState = { meta: new Map(), keyring: [] };

/** Another transaction came first: this one has left nothing and is run again. */
const lostRace: readonly (string | undefined)[] = [codes.uniqueViolation, codes.serializationFailure, codes.deadlock];
const maxAttempts = 30;
/** How long the end of a batch is looked for whose answer was lost: a server that restarts, or a standby that takes over. */
const lostAnswerMs = 5000;

/**
 * INVARIANT: whoever writes holds the lock on the row of the log's head, so batches of all processes follow each other and
 * each begins by seeing the end of the one before, whatever the isolation level. Where a server did not keep the lock, two
 * batches of one place would insert the same `log.first` or `changes.sequence`, and one of them would be refused.
 */
class PostgresEngine implements Engine {
  readonly #writer: Session;
  readonly #reader: Session;
  readonly #loader: Loader;
  readonly #chain: LogChain;
  readonly #recordSet: RecordSet;
  /** Recognizes the root key that this process has. */
  readonly #rootCheck: Uint8Array;
  /** The newest change that this process knows of. */
  #seen: number;
  /** The newest change that this process has read or made, to recognize a database that was put back; no mark: not read yet. */
  #known: { readonly sequence: number; readonly mark?: Buffer };
  readonly logHead: number;
  readonly shared: SharedEngine;

  constructor(writer: Session, reader: Session, logKey: LogKey, { meta }: StoredState) {
    this.#writer = writer;
    this.#reader = reader;
    this.#loader = new Loader(reader);
    this.#chain = new LogChain(logKey);
    this.#recordSet = new RecordSet(logKey.key);
    this.#rootCheck = meta.get('root-check') ?? Buffer.alloc(0);
    this.#seen = numberIn(meta.get('change-sequence') ?? numberValue(0));
    this.#known = { sequence: this.#seen };
    const head = meta.get('log-head');
    this.logHead = head ? this.#chain.openHead(head).sequence : 0;
    this.shared = { poll: () => this.#poll(), readKeyring: () => this.#readKeyring() };
  }

  readRow(id: Buffer): Row | undefined {
    return this.#loader.read('row', id)[0];
  }

  readPartition(partition: Buffer): readonly Row[] {
    return this.#loader.read('partition', partition);
  }

  readEntries(entry: Buffer): readonly Row[] {
    return this.#loader.read('entry', entry);
  }

  async commit(batch: Batch): Promise<BatchResult> {
    const refused = new Set<number>();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(batch, refused);
      } catch (error) {
        if (attempt === maxAttempts || !mayTryAgain(error)) throw unavailable(error);
        await sleep(Math.random() * attempt);
      }
    }
  }

  /** @param refused by a review; a second attempt does not see again what the first has told */
  async #attempt(batch: Batch, refused: Set<number>): Promise<BatchResult> {
    const ids = new Map(batch.members.flatMap(({ writes }) => writes).map(({ id }) => [id.toString('latin1'), id]));
    const selectRevisions = `SELECT id, revision FROM bulwark_records WHERE id IN (${list(ids.values(), bytes)})`;
    try {
      const [, headResult, changes, revisions] = await this.#writer.run(
        [...lockHead, this.#selectChanges(), ...(ids.size > 0 ? [selectRevisions] : [])].join('; '),
      );
      const foreign = this.#take(changes!.rows);
      if (foreign) for (const position of batch.review?.(foreign) ?? []) refused.add(position);
      const stored = new Map(
        ((revisions?.rows ?? []) as { id: Buffer; revision: string }[]).map((row) => [
          row.id.toString('latin1'),
          Number(row.revision),
        ]),
      );
      const head = this.#headOf(headResult!.rows);
      const outcome = appliedTo({
        batch,
        refused,
        stored,
        head,
        sequence: this.#seen,
        chain: this.#chain,
        recordSet: this.#recordSet,
      });
      if (batch.keyring.some(({ parent }) => parent === 0)) await this.#requireSameRootKey();
      await this.#finish(outcome);
      if (outcome.sequence !== this.#seen) {
        this.#seen = outcome.sequence;
        this.#known = { sequence: outcome.sequence, mark: markOf(outcome.notice) };
        this.#loader.changed(outcome.keys);
      }
      return { refused: outcome.refused, logHead: outcome.head.sequence };
    } catch (error) {
      if (!(error instanceof SessionLost)) await this.#writer.run('ROLLBACK');
      throw error;
    }
  }

  /** @throws {StoreUnavailable} a KEK under a root key that was changed meanwhile would open for nobody */
  async #requireSameRootKey(): Promise<void> {
    const [found] = await this.#writer.run(selectRootCheck);
    const { value } = found!.rows[0] as { value: Buffer };
    if (!value.equals(this.#rootCheck))
      throw new StoreUnavailable('the root key was changed: this server has to be started anew with the new one');
  }

  async #finish({ statements, probe }: BatchOutcome): Promise<void> {
    try {
      await this.#writer.run([...statements, 'COMMIT'].join('; '));
    } catch (error) {
      if (!(error instanceof SessionLost) || !probe) throw error;
      if (!(await this.#happened(probe))) throw error;
    }
  }

  /**
   * Whether a batch whose answer was lost was committed: its rows are its own, since nobody else can seal them.
   *
   * @throws {StoreUnavailable} the server did not come back to tell; the batch must not be written again
   */
  async #happened(probe: string): Promise<boolean> {
    for (const until = Date.now() + lostAnswerMs; ; ) {
      try {
        // The lock is waited for first: the server may still be busy with what it was sent.
        const [, , found] = await this.#writer.run([...lockHead, probe, 'COMMIT'].join('; '));
        return found!.rows.length > 0;
      } catch (error) {
        if (Date.now() >= until)
          throw new StoreUnavailable('the connection was lost; whether the batch was stored is not known', {
            cause: error,
          });
        await sleep(100);
      }
    }
  }

  async scan(after: Buffer, limit: number): Promise<readonly Row[]> {
    const [result] = await this.#read(
      `SELECT ${recordColumns} FROM bulwark_records r WHERE r.id > ${bytes(after)} ORDER BY r.id LIMIT ${integer(limit)}`,
    );
    return result!.rows.map(rowOf);
  }

  async readLog(after: number, limit: number): Promise<readonly LogBlock[]> {
    const [result] = await this.#read(
      `SELECT first, records, sealed FROM bulwark_log WHERE first >= coalesce((SELECT max(first) FROM bulwark_log WHERE first <= ${integer(after + 1)}), 0) AND first <= ${integer(after + limit)} ORDER BY first LIMIT ${integer(limit)}`,
    );
    return result!.rows.map(blockOf).filter(({ first, count }) => first + count > after + 1);
  }

  async wipe(): Promise<void> {
    try {
      const [, , changes] = await this.#writer.run([...lockHead, this.#selectChanges()].join('; '));
      const sequence = numberIn((changes!.rows[0] as ChangeRow).newest) + 1;
      await this.#writer.run(
        [
          ...['records', 'entries', 'log', 'changes'].map((table) => `DELETE FROM bulwark_${table}`),
          setMeta('log-head', this.#chain.sealHead(newLog())),
          // The gap that this leaves makes the others forget what they know.
          setMeta('change-sequence', numberValue(sequence)),
          'COMMIT',
        ].join('; '),
      );
      this.#seen = sequence;
      this.#known = { sequence };
      this.#loader.changed('all');
    } catch (error) {
      if (!(error instanceof SessionLost)) await this.#writer.run('ROLLBACK');
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    await this.#loader.settled();
    await this.#reader.close();
    await this.#writer.close();
  }

  async #poll(): Promise<{ changes: Changes; logHead: number }> {
    const [changes, head] = await this.#read(
      `${this.#selectChanges()}; SELECT value FROM bulwark_meta WHERE name = 'log-head'`,
    );
    return { changes: this.#take(changes!.rows) ?? [], logHead: this.#headOf(head!.rows).sequence };
  }

  async #readKeyring(): Promise<readonly KeyringRow[]> {
    const [result] = await this.#read(selectKeyring);
    return result!.rows.map(keyOf);
  }

  #selectChanges(): string {
    return selectChanges(this.#seen, this.#known.sequence);
  }

  /**
   * Takes note of changes.
   *
   * @returns undefined when there are none
   * @throws {StoreUnavailable} the database was put back: what this process has in memory, keys among it, may be no more
   */
  #take(rows: readonly ChangeRow[]): Changes | undefined {
    const newest = numberIn(rows[0]!.newest);
    const { mark } = rows[0]!;
    const known = this.#known;
    if (newest < known.sequence || (mark && known.mark && !mark.equals(known.mark)))
      throw new StoreUnavailable('the database was put back to an earlier state: this server has to be started anew');
    const last = rows.at(-1)!;
    if (last.sequence !== null) this.#known = { sequence: Number(last.sequence), mark: markOf(last.notice) };
    else if (mark) this.#known = { ...known, mark };
    const behind = newest - this.#seen;
    if (behind === 0) return undefined;
    this.#seen = newest;
    const kept = rows.filter(({ sequence }) => sequence !== null);
    if (kept.length !== behind) {
      this.#loader.changed('all');
      return 'unknown';
    }
    this.#loader.changed(kept.flatMap(({ keys }) => identitiesIn(keys)));
    return kept.flatMap(({ notice }) => splitNotices(notice));
  }

  #headOf(rows: readonly { readonly value: Buffer }[]): LogHead {
    if (!rows[0]) throw new StoreUnavailable('the head of the log is missing');
    return this.#chain.openHead(rows[0].value);
  }

  async #read(statements: string): ReturnType<Session['run']> {
    try {
      return await this.#reader.run(statements);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

const identityBytes = 16;

const identitiesIn = (keys: Buffer): string[] =>
  Array.from({ length: keys.length / identityBytes }, (_, n) =>
    keys.toString('latin1', n * identityBytes, (n + 1) * identityBytes),
  );

/** Whether nothing of the transaction is left. A lost connection is one where nothing was committed: `#finish` asked. */
const mayTryAgain = (error: unknown): boolean =>
  error instanceof DatabaseError ? lostRace.includes(error.code) : error instanceof SessionLost && error.sent;

const unavailable = (cause: unknown): StoreUnavailable =>
  cause instanceof StoreUnavailable ? cause : new StoreUnavailable(refusalOf(cause), { cause });
