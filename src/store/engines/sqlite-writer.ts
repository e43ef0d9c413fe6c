import { rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { randomBytes } from '../../crypto/random.ts';
import { giveBackMemory, settleAfterMs } from '../../process/memory.ts';
import { pauseThread } from '../../process/pause.ts';
import { joinNotices } from '../changes.ts';
import type { Batch, BatchResult, Member, Write } from '../engine.ts';
import { LogChain, type LogHead, type LogKey, newLog } from '../log-chain.ts';
import { type LogLines, linesWithout } from '../log-lines.ts';
import { RecordSet } from '../record-set.ts';
import { ChangeFeed, type ForeignBatch } from './sqlite-changes.ts';
import { insertKeySql } from './sqlite-schema.ts';
import { WriterDesk } from './writer-mailbox.ts';

/** What the writer thread is started with. */
export interface WriterOptions {
  readonly path: string;
  readonly logKey: LogKey;
  /** Whether other processes write to the same database. */
  readonly shared: boolean;
  /** Of `WriterMailbox`. */
  readonly mailbox: SharedArrayBuffer;
}

/** What the writer is asked, one thing at a time. */
export type WriterRequest =
  /** `seen`: the newest change that is known, where the database is shared. */
  | { readonly kind: 'commit'; readonly batch: WriterBatch; readonly seen: number }
  /** The answer to {@link ReviewQuestion}; undefined: there is none, and the batch is given up. */
  | { readonly kind: 'reviewed'; readonly refused: readonly number[] | undefined }
  | { readonly kind: 'wipe' }
  | { readonly kind: 'close' };

/** A batch as the writer gets it. */
export interface WriterBatch {
  readonly keyring: Batch['keyring'];
  /** The log records of all members, in order. */
  readonly log: LogLines;
  /** Each member with the number of its log records, or just that number where it has nothing else. */
  readonly members: readonly (number | (Pick<Member, 'writes' | 'after' | 'notice'> & { readonly texts: number }))[];
}

/** What the writer asks when it has the lock and others have changed something: which members read what is no more. */
export interface ReviewQuestion {
  readonly review: ForeignBatch;
}

/** A batch that was kept. */
export interface WriterResult extends BatchResult {
  /** The newest change, where the database is shared. */
  readonly sequence: number;
}

/** How it answers: `error` says why nothing was kept. */
export type WriterAnswer = WriterResult | ReviewQuestion | { readonly error: string };

/** The write-ahead log is folded into the database after about this much, between two batches. */
const checkpointAfterBytes = 4 * 1024 * 1024;
/** What a batch, and each record, add to the write-ahead log beside their sealed bytes: pages that they fill in part. */
const batchOverheadBytes = 4 * 4096;
const writeOverheadBytes = 3 * 4096;

/** What the disk has to have room for before batches count as stored again after one was refused. */
const roomBytes = 256 * 1024;

/** How long a writer waits for those of other processes, and how often it tries, in milliseconds. */
const lockWaitMs = 5000;
const lockRetryMs = 0.2;

/** The writer of this process: each batch is one SQL transaction with one fsync. */
class Writer {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #chain: LogChain;
  readonly #set: RecordSet;
  readonly #feed: ChangeFeed | undefined;
  #head: LogHead;
  #bytesSinceCheckpoint = 0;

  constructor({ path, logKey, shared }: WriterOptions) {
    this.#path = path;
    this.#database = new DatabaseSync(path, { timeout: shared ? 0 : 500 });
    // The size limit is that of the file kept after a checkpoint, not of a transaction.
    this.#database.exec(
      `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${4 * checkpointAfterBytes}`,
    );
    this.#chain = new LogChain(logKey);
    this.#set = new RecordSet(logKey.key);
    this.#feed = shared ? new ChangeFeed(this.#database) : undefined;
    this.#head = this.#storedHead();
  }

  /** Takes the lock that only one process has. @returns what others have changed, if they have */
  begin(seen: number): ForeignBatch | undefined {
    this.#lock();
    if (!this.#feed) return undefined;
    return this.#orRollBack(() => {
      this.#head = this.#storedHead();
      return this.#feed?.after(seen);
    });
  }

  /** @param known positions of members that are refused already */
  commit(batch: WriterBatch, known: readonly number[], seen: number): WriterResult {
    let head = this.#head;
    let sequence = seen;
    const refused: number[] = [];
    const applied: Write[] = [];
    const notices: Buffer[] = [];
    this.#orRollBack(() => {
      if (batch.members.length === 0) requireRoom(`${this.#path}-room`);
      for (const { id, parent, sealed } of batch.keyring) this.#statement(insertKeySql).run(id, parent, sealed);
      const left = new Set<number>();
      let at = 0;
      batch.members.forEach((member, position) => {
        const count = typeof member === 'number' ? member : member.texts;
        if (!known.includes(position) && (typeof member === 'number' || this.#applies(member, refused))) {
          at += count;
          if (typeof member === 'number') return;
          applied.push(...member.writes);
          if (member.notice) notices.push(Buffer.from(member.notice));
        } else {
          refused.push(position);
          for (const end = at + count; at < end; at++) left.add(at);
        }
      });
      const log = left.size > 0 ? linesWithout(batch.log, left) : batch.log;
      head = { ...head, set: this.#set.after(head.set, applied) };
      if (log.count > 0) head = this.#appendLog(head, log);
      else if (applied.length > 0 || batch.members.length === 0) this.#storeHead(head);
      if (this.#feed && applied.length > 0) sequence = this.#feed.add(joinNotices(notices));
      this.#database.exec('COMMIT');
    });
    this.#head = head;
    this.#bytesSinceCheckpoint += batchOverheadBytes;
    return { refused, logHead: head.sequence, sequence };
  }

  wipe(): WriterResult {
    const head = newLog();
    this.#lock();
    const sequence = this.#orRollBack(() => {
      this.#database.exec('DELETE FROM records; DELETE FROM entries; DELETE FROM log');
      this.#storeHead(head);
      const next = this.#feed?.forgetAll() ?? 0;
      this.#database.exec('COMMIT');
      return next;
    });
    this.#head = head;
    return { refused: [], logHead: 0, sequence };
  }

  /** Gives up what was begun. */
  rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  /** Folds the write-ahead log into the database when it has grown enough; never waits for readers. */
  checkpoint(): void {
    if (this.#bytesSinceCheckpoint < checkpointAfterBytes || this.#database.isTransaction) return;
    this.#bytesSinceCheckpoint = 0;
    attempt(() => this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)'));
  }

  close(): void {
    attempt(() => this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    this.#database.close();
  }

  /**
   * SQLite's own waiting sleeps ever longer, up to 100 ms, while the others take turns: two writers are fairer to each other
   * when both ask often.
   */
  #lock(): void {
    if (!this.#feed) {
      this.#database.exec('BEGIN IMMEDIATE');
      return;
    }
    for (const until = performance.now() + lockWaitMs; ; ) {
      try {
        this.#database.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw error;
        pauseThread(lockRetryMs);
      }
    }
  }

  #orRollBack<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  #storedHead(): LogHead {
    const row = this.#statement("SELECT value FROM meta WHERE name = 'log-head'").get() as { value: Uint8Array };
    return this.#chain.openHead(row.value);
  }

  /** Applies a member's writes; false, and nothing applied, where it is to be refused. */
  #applies({ writes, after }: Pick<Member, 'writes' | 'after'>, refused: readonly number[]): boolean {
    if (after.some((earlier) => refused.includes(earlier)) || !this.#holds(writes)) return false;
    for (const write of writes) this.#apply(write);
    return true;
  }

  #holds(writes: readonly Write[]): boolean {
    const revisionOf = this.#statement('SELECT revision FROM records WHERE id = ?');
    return writes.every(({ id, expected }) => {
      const row = revisionOf.get(id) as { revision: number } | undefined;
      return (row?.revision ?? 0) === expected;
    });
  }

  #apply({ id, partition, revision, sealed, removedEntries, addedEntries }: Write): void {
    const removeEntry = this.#statement('DELETE FROM entries WHERE entry = ? AND id = ?');
    for (const entry of removedEntries) removeEntry.run(entry, id);
    const addEntry = this.#statement('INSERT INTO entries (entry, id) VALUES (?, ?)');
    for (const entry of addedEntries) addEntry.run(entry, id);
    if (!sealed) {
      this.#statement('DELETE FROM records WHERE id = ?').run(id);
      return;
    }
    this.#bytesSinceCheckpoint += sealed.length + writeOverheadBytes;
    // A record keeps its partition for life: the id is made from the same key.
    this.#statement(
      'INSERT INTO records (id, partition, revision, sealed) VALUES (?, ?, ?, ?) ' +
        'ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, sealed = excluded.sealed',
    ).run(id, partition, revision, sealed);
  }

  #appendLog(before: LogHead, log: LogLines): LogHead {
    const { block, head } = this.#chain.sealBlock(before, log);
    const insert = this.#statement('INSERT INTO log (first, count, sealed) VALUES (?, ?, ?)');
    insert.run(block.first, block.count, block.sealed);
    this.#storeHead(head);
    this.#bytesSinceCheckpoint += block.sealed.length;
    return head;
  }

  #storeHead(head: LogHead): void {
    this.#statement("UPDATE meta SET value = ? WHERE name = 'log-head'").run(this.#chain.sealHead(head));
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  #statement(sql: string): ReturnType<DatabaseSync['prepare']> {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** A checkpoint that fails loses nothing: all is in the write-ahead log, and the next commit reports what ails the disk. */
const attempt = (checkpoint: () => void): boolean => {
  try {
    checkpoint();
    return true;
  } catch {
    return false;
  }
};

/**
 * A page of the write-ahead log that is there already can be written on a full disk, so a small batch proves nothing. Random,
 * since some file systems store zeros nowhere; of that name there is one, since the writer has the lock.
 */
const requireRoom = (path: string): void => {
  try {
    writeFileSync(path, randomBytes(roomBytes), { mode: 0o600, flush: true });
  } finally {
    rmSync(path, { force: true });
  }
};

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;

if (parentPort) {
  const options = workerData as WriterOptions;
  const writer = new Writer(options);
  const desk = new WriterDesk(parentPort, options.mailbox);
  let begun: { batch: WriterBatch; sequence: number } | undefined;
  const commit = (batch: WriterBatch, seen: number): WriterAnswer => {
    const review = writer.begin(seen);
    if (!review) return writer.commit(batch, [], seen);
    begun = { batch, sequence: review.sequence };
    return { review };
  };
  const goOn = (refused: readonly number[] | undefined): WriterAnswer => {
    if (refused && begun) return writer.commit(begun.batch, refused, begun.sequence);
    writer.rollBack();
    return { error: 'the batch was given up' };
  };
  const answerTo = (request: Exclude<WriterRequest, { kind: 'close' }>): WriterAnswer => {
    try {
      if (request.kind === 'wipe') return writer.wipe();
      return request.kind === 'commit' ? commit(request.batch, request.seen) : goOn(request.refused);
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  for (let settled = false; ; ) {
    const request = desk.next(settled ? Number.POSITIVE_INFINITY : settleAfterMs);
    if (request?.kind === 'close') break;
    if (request) {
      desk.answer(answerTo(request));
      writer.checkpoint();
    } else {
      giveBackMemory();
      settled = true;
    }
  }
  writer.close();
}
