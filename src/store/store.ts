/**
 * The storage seam: transactions over collections of sealed records and one sealed, hash-chained log.
 *
 * Reads are synchronous. An engine that cannot answer at once throws {@link NotLoaded}; whoever runs the transaction
 * waits for the load and runs it again, exactly as after a lost optimistic race. So a transaction function must be free
 * of side effects outside its transaction.
 */
export interface Store {
  /**
   * Starts a transaction; cheap, touches no disk. A transaction that is never committed leaves no trace.
   *
   * @param insteadOf one whose reads the new one counts as its own; its writes and log records are dropped with it
   */
  begin(insteadOf?: Transaction): Transaction;
  /**
   * Makes the transaction's writes and its log records durable, all or nothing.
   *
   * Resolves only after both are on stable storage. Writes are visible to later transactions of this process as soon as
   * `commit` was called; a later transaction that read them can only become durable after them, and fails with them.
   *
   * @throws {RevisionConflict} something that this transaction read or wrote has changed since, or the store was wiped; run it again
   * @throws {NotLoaded} as reads do; run it again
   * @throws {StoreUnavailable} the disk refused; nothing of the transaction is kept
   * @throws {StoreOverloaded} too much waits for the disk already; nothing of the transaction is kept
   */
  commit(tx: Transaction): Promise<void>;
  /** Runs `work` until it commits: reruns it after {@link NotLoaded} and {@link RevisionConflict}. For jobs and set-up; requests go through the pipeline. */
  transact<T>(work: (tx: Transaction) => T): Promise<T>;
  /** Wraps small secrets inside records under a key of their own, so that a decoded record in memory still shows none. */
  keyWrap(purpose: string): KeyWrap;
  /**
   * Reads the log in order.
   *
   * @param after sequence number of the last record already seen; 0 for the beginning
   * @param limit most records to return
   */
  readLog(after: number, limit: number): Promise<readonly LogRecord[]>;
  /** Whether other processes may write to the same store. */
  readonly shared: boolean;
  /** Sequence number of the newest durable log record, as this process knows it; 0 when empty. */
  readonly logHead: number;
  /** New keys for what is stored, made in the background. */
  readonly rotation: Rotation;
  /** How full queue and caches are, for whoever watches. */
  figures(): StoreFigures;
  /** Deletes every record and the log (test endpoints only). Transactions in flight fail. */
  wipe(): Promise<void>;
  /** Finishes what waits, checkpoints and closes. */
  close(): Promise<void>;
}

/** The rotation of a store's keys; docs/formats/key-hierarchy.md. */
export interface Rotation {
  /** Makes new keys and begins to seal all records with them; nothing happens while one goes on already. @throws {StoreUnavailable} the engine cannot */
  start(): Promise<void>;
  /**
   * Goes on with a rotation that a stop or crash interrupted.
   *
   * @param turn whose turn it is, where several processes share the store; then also, from now on, with what others leave
   */
  resume(turn?: Turn): Promise<void>;
  /** Undefined: there was none. */
  progress(): Promise<RotationProgress | undefined>;
  /** Settles when the rotation that goes on is done or has stopped. Never rejects. */
  readonly finished: Promise<void>;
  /** Ends the background work soon; it goes on at the next start. */
  stop(): void;
  /** Whether a proof was made by somebody who has the root key. @param proof of exactly this message */
  isOperator(message: string, proof: Buffer): boolean;
}

/** Lets one process at a time do something: a lease. */
export interface Turn {
  /** Takes the turn if it is free, or keeps it. @returns whether it is this process's */
  keep(): Promise<boolean>;
  /** Binds a transaction to the turn: it commits only if it is still this process's then. @throws {Error} it is not */
  require(tx: Transaction): void;
  release(): Promise<void>;
}

/** How far a rotation is. */
export interface RotationProgress {
  readonly state: 'running' | 'done';
  /** ISO 8601. */
  readonly started: string;
  /** Records that were looked at, and those of them that were sealed anew. */
  readonly seen: number;
  readonly resealed: number;
}

/** How a store is doing. */
export interface StoreFigures {
  /** Commits that are not durable yet, with what they take in memory. */
  readonly commits: number;
  readonly bytes: number;
  /** How long the oldest commit has waited for its batch to begin, in milliseconds. */
  readonly oldestMs: number;
  /** Commits that were refused because too many waited. */
  readonly refused: number;
  readonly caches: readonly CacheFigures[];
  /** Why the engine refused the last batch, in words; absent: it did not. It is tried again until one is stored. */
  readonly outage?: string;
}

/** How the cache of one collection is doing. */
export interface CacheFigures {
  readonly collection: string;
  /** Reads of records since the start, and those of them that went to the engine. */
  readonly reads: number;
  readonly misses: number;
  /** What is held, as the cache weighs it. */
  readonly bytes: number;
}

/** One batch of commits, after it was written or refused. */
export interface BatchFigures {
  readonly commits: number;
  /** From the engine's start to its answer. */
  readonly writeMs: number;
  readonly failed: boolean;
}

/** One log record as read back: its place in the chain and the JSON text that was appended. */
export interface LogRecord {
  readonly sequence: number;
  readonly text: string;
}

/** A unit of work: sees one state, writes all or nothing. Used through {@link Collection}; services never touch rows. */
export interface Transaction {
  /** Appends one record to the log, in the same commit as the writes. @param text one line, as JSON text is */
  append(text: string): void;
  /** True once the transaction has writes (log records do not count). */
  readonly dirty: boolean;
  /**
   * Marks where the transaction stands.
   *
   * @returns takes back the writes and log records that came after; what was read still counts as read
   */
  savepoint(): () => void;
}

/** Authenticated encryption for secrets that live inside records. */
export interface KeyWrap {
  /** @param context bound as AAD: the same value must be given to unwrap. The caller keeps and clears `secret`. */
  wrap(secret: Buffer, context: string): string;
  /** @throws {IntegrityError} wrong context or altered bytes @throws {NotLoaded} another process may have made its key */
  unwrap(wrapped: string, context: string): Buffer;
  /**
   * As `unwrap`, of what a client presents.
   *
   * @returns undefined for whatever was not wrapped here for this purpose and context; why cannot be told
   * @throws {NotLoaded} another process may have made its key
   */
  findUnwrapped(presented: string, context: string): Buffer | undefined;
}

/** Thrown by a read whose record is not in this process yet; `loaded` settles when it is. */
export class NotLoaded extends Error {
  readonly loaded: Promise<void>;
  constructor(loaded: Promise<void>) {
    super('record not loaded yet');
    this.loaded = loaded;
  }
}

/** A record changed between read and commit; the transaction is to be run again. */
export class RevisionConflict extends Error {}

/** Whoever loses this many optimistic races in a row gives up; among busy hosts, twenty are possible. */
export const maxRacesLost = 100;

/** The storage below refused a durable write: no space, an I/O error, a lock. The store goes on; a later commit may succeed. */
export class StoreUnavailable extends Error {}

/** So much waits for the disk that no more is taken in; the caller is to come back later. */
export class StoreOverloaded extends Error {}

/** Whether a store lives in a database server instead of a directory. */
export const isDatabaseUrl = (data: string): boolean => /^postgres(ql)?:\/\//.test(data);

/** A data directory or database cannot be opened as it is; the message tells the operator why and what to do. */
export class CannotOpenStore extends Error {}

/** Nothing was stored at this place yet. */
export class NoStore extends CannotOpenStore {}
