import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { Batch, BatchResult, Engine, LockedEngine, Row, SharedEngine, Write } from '../engine.ts';
import type { KeyringRow } from '../keyring.ts';
import { type LogBlock, LogChain, type LogKey } from '../log-chain.ts';
import { linesOf } from '../log-lines.ts';
import { CannotOpenStore, StoreUnavailable } from '../store.ts';
import { ChangeFeed, createChanges, type ForeignBatch } from './sqlite-changes.ts';
import { migrate } from './sqlite-migrations.ts';
import { bytes, rowOf } from './sqlite-row.ts';
import {
  databasePath,
  initializeDatabase,
  joinDirectory,
  lockDirectory,
  openDatabase,
  readState,
  selectKeyringSql,
} from './sqlite-schema.ts';
import type { WriterAnswer, WriterBatch, WriterOptions, WriterRequest, WriterResult } from './sqlite-writer.ts';
import { WriterMailbox } from './writer-mailbox.ts';

/**
 * SQLite in a data directory: one writer thread, reads on this thread through a connection of their own.
 *
 * @param shared this is one of several processes, and the one that started them holds the directory
 * @throws {CannotOpenStore}
 */
export const lockedSqlite = (directory: string, shared = false): LockedEngine => {
  const lock = shared ? joinDirectory(directory) : lockDirectory(directory);
  try {
    const { database, state } = openDatabase(directory);
    const close = async () => {
      database.close();
      lock.close();
    };
    return {
      state,
      initialize: async (first) => initializeDatabase(database, first),
      unlock: (logKey) => {
        migrate(database, logKey);
        if (shared) createChanges(database);
        return new SqliteEngine({ directory, database, logKey, shared, close });
      },
      close,
    };
  } catch (error) {
    lock.close();
    throw error;
  }
};

interface EngineParts {
  readonly directory: string;
  readonly database: DatabaseSync;
  readonly logKey: LogKey;
  readonly shared: boolean;
  readonly close: () => Promise<void>;
}

class SqliteEngine implements Engine {
  readonly #parts: EngineParts;
  readonly #rowById: StatementSync;
  readonly #rowsByPartition: StatementSync;
  readonly #rowsByEntry: StatementSync;
  readonly #rowsAfter: StatementSync;
  readonly #blocksFrom: StatementSync;
  #writer: RunningWriter | undefined;
  #answer: PromiseWithResolvers<BatchResult> | undefined;
  #review: Batch['review'];
  /** The newest change that this process knows of. */
  #seen = 0;
  readonly logHead: number;
  readonly shared?: SharedEngine;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const { database, logKey } = parts;
    this.logHead = requireIntactEnd(database, new LogChain(logKey));
    database.exec('PRAGMA query_only = ON');
    const columns = 'r.id, r.partition, r.revision, r.sealed';
    this.#rowById = database.prepare(`SELECT ${columns} FROM records r WHERE id = ?`);
    this.#rowsByPartition = database.prepare(`SELECT ${columns} FROM records r WHERE partition = ?`);
    this.#rowsByEntry = database.prepare(
      `SELECT ${columns} FROM entries e JOIN records r ON r.id = e.id WHERE e.entry = ?`,
    );
    this.#rowsAfter = database.prepare(`SELECT ${columns} FROM records r WHERE id > ? ORDER BY id LIMIT ?`);
    this.#blocksFrom = database.prepare(
      'SELECT first, count, sealed FROM log WHERE first >= coalesce((SELECT max(first) FROM log WHERE first <= ?), 0) ORDER BY first',
    );
    if (parts.shared) this.shared = this.#share(database);
    this.#startWriter();
  }

  readRow(id: Buffer): Row | undefined {
    const row = this.#rowById.get(id);
    return row && rowOf(row);
  }

  readPartition(partition: Buffer): readonly Row[] {
    return this.#rowsByPartition.all(partition).map(rowOf);
  }

  readEntries(entry: Buffer): readonly Row[] {
    return this.#rowsByEntry.all(entry).map(rowOf);
  }

  commit(batch: Batch): Promise<BatchResult> {
    this.#review = batch.review;
    return this.#ask({ kind: 'commit', batch: messageOf(batch), seen: this.#seen });
  }

  async scan(after: Buffer, limit: number): Promise<readonly Row[]> {
    return this.#rowsAfter.all(after, limit).map(rowOf);
  }

  async readLog(after: number, limit: number): Promise<readonly LogBlock[]> {
    const blocks: LogBlock[] = [];
    for (const row of this.#blocksFrom.iterate(after + 1)) {
      const block = row as unknown as LogBlock;
      if (block.first > after + limit) break;
      if (block.first + block.count > after + 1) blocks.push(block);
    }
    return blocks;
  }

  async wipe(): Promise<void> {
    await this.#ask({ kind: 'wipe' });
  }

  async close(): Promise<void> {
    const writer = this.#writer;
    if (writer) {
      const ended = new Promise((resolve) => writer.worker.once('exit', resolve));
      writer.mailbox.send({ kind: 'close' });
      await ended;
    }
    await this.#parts.close();
  }

  #ask(request: WriterRequest): Promise<BatchResult> {
    this.#answer = Promise.withResolvers();
    const { promise } = this.#answer;
    (this.#writer ?? this.#startWriter()).mailbox.send(request);
    return promise;
  }

  #share(database: DatabaseSync): SharedEngine {
    const feed = new ChangeFeed(database);
    this.#seen = feed.sequence;
    const head = database.prepare("SELECT value FROM meta WHERE name = 'log-head'");
    const keyring = database.prepare(selectKeyringSql);
    const chain = new LogChain(this.#parts.logKey);
    return {
      poll: async () => {
        database.exec('BEGIN');
        try {
          const foreign = feed.after(this.#seen);
          this.#seen = foreign?.sequence ?? this.#seen;
          const { value } = head.get() as { value: Uint8Array };
          return { changes: foreign?.changes ?? [], logHead: chain.openHead(value).sequence };
        } finally {
          database.exec('COMMIT');
        }
      },
      readKeyring: async () => keyring.all() as unknown as KeyringRow[],
    };
  }

  /** Asked with the lock held: whoever answers must not wait for anything. */
  #answerReview({ mailbox }: RunningWriter, { changes, sequence }: ForeignBatch): void {
    this.#seen = sequence;
    let refused: readonly number[] | undefined;
    try {
      refused = this.#review?.(changes === 'unknown' ? changes : changes.map(bytes)) ?? [];
    } finally {
      mailbox.send({ kind: 'reviewed', refused });
    }
  }

  #startWriter(): RunningWriter {
    const { directory, logKey, shared } = this.#parts;
    const memory = WriterMailbox.memory();
    const workerData: WriterOptions = { path: databasePath(directory), logKey, shared, mailbox: memory };
    const worker = new Worker(new URL('./sqlite-writer.ts', import.meta.url), { workerData, name: 'store writer' });
    const committed = (result: WriterResult): void => {
      this.#seen = result.sequence;
      this.#answer?.resolve(result);
    };
    const writer = { worker, mailbox: new WriterMailbox(worker, memory, committed) };
    worker.on('message', (answer: WriterAnswer) => {
      if ('error' in answer) this.#answer?.reject(new StoreUnavailable(answer.error));
      else if ('review' in answer) this.#answerReview(writer, answer.review);
      else committed(answer);
    });
    // A writer that died is replaced at the next commit; what it had in hand was rolled back or will be by recovery.
    const died = (cause?: unknown) => {
      if (this.#writer !== writer) return;
      this.#writer = undefined;
      this.#answer?.reject(new StoreUnavailable('the store writer ended', { cause }));
    };
    worker.on('error', died);
    worker.on('exit', () => died());
    this.#writer = writer;
    return writer;
  }
}

/**
 * Of one moment, whatever other processes write.
 *
 * @returns number of the newest log record
 * @throws {IntegrityError} the log does not end where its head says
 */
const requireIntactEnd = (database: DatabaseSync, chain: LogChain): number => {
  database.exec('BEGIN');
  try {
    const stored = readState(database)?.meta.get('log-head');
    if (!stored) throw new CannotOpenStore('the data directory is damaged: the head of the log is missing');
    const head = chain.openHead(stored);
    const newest = database.prepare('SELECT first, count, sealed FROM log ORDER BY first DESC LIMIT 1').get();
    chain.requireEnd(head, newest as unknown as LogBlock | undefined);
    return head.sequence;
  } finally {
    database.exec('COMMIT');
  }
};

interface RunningWriter {
  readonly worker: Worker;
  readonly mailbox: WriterMailbox;
}

const messageOf = ({ keyring, members }: Batch): WriterBatch => ({
  keyring: keyring.map((row) => ({ ...row, sealed: own(row.sealed) })),
  log: linesOf(members.flatMap((member) => member.texts)),
  members: members.map(({ writes, texts, after, notice }) =>
    writes.length === 0 && after.length === 0
      ? texts.length
      : { writes: writes.map(detached), texts: texts.length, after, ...(notice && { notice: own(notice) }) },
  ),
});

const detached = (write: Write): Write => ({
  ...write,
  id: own(write.id),
  partition: own(write.partition),
  sealed: write.sealed && own(write.sealed),
  removedEntries: write.removedEntries.map(own),
  addedEntries: write.addedEntries.map(own),
});

/** A copy outside of Node's shared pool: a message would take the whole pool along for a small buffer. */
const own = (buffer: Uint8Array): Buffer => {
  const copy = Buffer.allocUnsafeSlow(buffer.length);
  copy.set(buffer);
  return copy;
};
