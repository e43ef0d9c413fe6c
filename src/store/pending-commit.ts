import type { ForeignChanges } from './changes.ts';
import type { PreparedWrite } from './records.ts';

/** A transaction on its way to the disk: visible to later transactions of this process, not durable yet. */
export class PendingCommit {
  readonly writes: readonly PreparedWrite[];
  readonly texts: readonly string[];
  /** Pending commits whose writes this one read: it becomes durable after them, or fails with them. */
  readonly after: readonly PendingCommit[];
  /** Of its log records and sealed records, roughly: what it takes in memory until it is durable. */
  readonly bytes: number;
  /** The transaction, which knows what it has read. */
  readonly reader: { hasRead(changes: ForeignChanges): boolean };
  /** Settles with the commit; what `Store.commit` returned. */
  readonly settled: Promise<void>;
  /** Why it failed; undefined while it waits and when it is durable. */
  failure: Error | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(
    writes: readonly PreparedWrite[],
    texts: readonly string[],
    after: readonly PendingCommit[],
    reader: PendingCommit['reader'],
  ) {
    this.reader = reader;
    this.writes = writes;
    this.texts = texts;
    this.after = after;
    this.bytes = bytesOf(writes, texts);
    this.settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    for (const { after: version } of writes) version.writer = this;
    for (const write of writes) write.records.publish(write);
  }

  /** It is on stable storage. */
  succeed(): void {
    for (const write of this.writes) write.records.settle(write);
    this.#resolve();
  }

  /** It is not, and never will be: what it published is forgotten. */
  fail(error: Error): void {
    this.failure = error;
    for (const write of this.writes) write.records.revoke(write);
    this.#reject(error);
  }
}

/** What a commit takes beside its records. */
const overheadBytes = 500;

const bytesOf = (writes: readonly PreparedWrite[], texts: readonly string[]): number => {
  let bytes = overheadBytes;
  for (const text of texts) bytes += text.length;
  for (const { write } of writes) bytes += overheadBytes + (write.sealed?.length ?? 0);
  return bytes;
};
