import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { Batch, BatchResult, Member, Write } from '../engine.ts';
import { LogChain, type LogHead, type LogKey, newLog } from '../log-chain.ts';
import { RecordSet } from '../record-set.ts';
import { insertKeySql } from './sqlite-schema.ts';

/** What the writer thread is started with. */
export interface WriterOptions {
  readonly path: string;
  readonly logKey: LogKey;
}

/** What the writer is asked, one thing at a time. */
export type WriterRequest =
  | { readonly kind: 'commit'; readonly batch: WriterBatch }
  | { readonly kind: 'wipe' }
  | { readonly kind: 'close' };

/** A batch as it crosses to the writer thread: cheap to copy, since every call pays for it. */
export interface WriterBatch {
  readonly keyring: Batch['keyring'];
  /** The log records of all members, in order. */
  readonly texts: readonly string[];
  /** Each member with the number of its log records, or just that number where it has nothing else. */
  readonly members: readonly (number | (Pick<Member, 'writes' | 'after'> & { readonly texts: number }))[];
}

/** How it answers: `error` says why nothing was kept. */
export type WriterAnswer = BatchResult | { readonly error: string };

/** The write-ahead log is folded into the database after about this much, between two batches. */
const checkpointAfterBytes = 4 * 1024 * 1024;
/** What a batch, and each record, add to the write-ahead log beside their sealed bytes: pages that they fill in part. */
const batchOverheadBytes = 4 * 4096;
const writeOverheadBytes = 3 * 4096;

/** The one writer of a database: each batch is one SQL transaction with one fsync. */
class Writer {
  readonly #database: DatabaseSync;
  readonly #chain: LogChain;
  readonly #set: RecordSet;
  #head: LogHead;
  #bytesSinceCheckpoint = 0;

  constructor({ path, logKey }: WriterOptions) {
    this.#database = new DatabaseSync(path, { timeout: 500 });
    // The size limit is that of the file kept after a checkpoint, not of a transaction.
    this.#database.exec(
      `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${4 * checkpointAfterBytes}`,
    );
    this.#chain = new LogChain(logKey);
    this.#set = new RecordSet(logKey.key);
    const row = this.#database.prepare("SELECT value FROM meta WHERE name = 'log-head'").get() as { value: Uint8Array };
    this.#head = this.#chain.openHead(row.value);
  }

  commit(batch: WriterBatch): BatchResult {
    let head = this.#head;
    const refused: number[] = [];
    const applied: Write[] = [];
    this.#transaction(() => {
      for (const { id, parent, sealed } of batch.keyring) this.#statement(insertKeySql).run(id, parent, sealed);
      let texts = batch.texts;
      let at = 0;
      batch.members.forEach((member, position) => {
        const count = typeof member === 'number' ? member : member.texts;
        if (typeof member === 'number' || this.#applies(member, refused)) {
          at += count;
          if (typeof member !== 'number') applied.push(...member.writes);
        } else {
          refused.push(position);
          texts = texts.toSpliced(at, count);
        }
      });
      head = { ...head, set: this.#set.after(head.set, applied) };
      if (texts.length > 0) head = this.#appendLog(head, texts);
      else if (applied.length > 0) this.#storeHead(head);
    });
    this.#head = head;
    this.#bytesSinceCheckpoint += batchOverheadBytes;
    return { refused, logHead: head.sequence };
  }

  wipe(): BatchResult {
    const head = newLog();
    this.#transaction(() => {
      this.#database.exec('DELETE FROM records; DELETE FROM entries; DELETE FROM log');
      this.#storeHead(head);
    });
    this.#head = head;
    return { refused: [], logHead: 0 };
  }

  /** Folds the write-ahead log into the database when it has grown enough; never waits for readers. */
  checkpoint(): void {
    if (this.#bytesSinceCheckpoint < checkpointAfterBytes) return;
    this.#bytesSinceCheckpoint = 0;
    attempt(() => this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)'));
  }

  close(): void {
    attempt(() => this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    this.#database.close();
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
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

  #appendLog(before: LogHead, texts: readonly string[]): LogHead {
    const { block, head } = this.#chain.sealBlock(before, texts);
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

const port = parentPort;
if (port) {
  const writer = new Writer(workerData as WriterOptions);
  const answer = (work: () => BatchResult): void => {
    let result: WriterAnswer;
    try {
      result = work();
    } catch (error) {
      result = { error: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(result);
  };
  port.on('message', (request: WriterRequest) => {
    if (request.kind === 'close') {
      writer.close();
      port.close();
    } else if (request.kind === 'wipe') {
      answer(() => writer.wipe());
    } else {
      answer(() => writer.commit(request.batch));
      writer.checkpoint();
    }
  });
}
