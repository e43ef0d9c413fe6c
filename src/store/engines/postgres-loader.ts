import type { Row } from '../engine.ts';
import { NotLoaded, StoreUnavailable } from '../store.ts';
import { refusalOf } from './postgres-refusal.ts';
import type { Session } from './postgres-session.ts';
import { bytes, list, type RecordRow, recordColumns, rowOf } from './postgres-sql.ts';

/** A partition is read in pages of this many rows, so that one that is large does not hold up the others for long. */
const rowsPerPage = 1000;

type Kind = 'row' | 'partition' | 'entry';

/** One read that somebody waits for. */
interface Wanted {
  readonly kind: Kind;
  readonly id: Buffer;
  readonly arrival: PromiseWithResolvers<void>;
  rows: Row[];
  /** Where the next page begins; undefined: at the beginning. */
  after: Buffer | undefined;
}

/**
 * Answers synchronous reads from what was fetched before: a read of what is not there throws NotLoaded and fetches it.
 * Everything asked for within one turn of the event loop, and while a fetch is under way, shares one round trip.
 *
 * What has arrived is kept until the end of that turn: whoever waits for it runs again within it.
 */
export class Loader {
  readonly #session: Session;
  #wanted = new Map<string, Wanted>();
  #fetching: ReadonlyMap<string, Wanted> = new Map();
  #arrived = new Map<string, readonly Row[] | StoreUnavailable>();
  #running: Promise<void> | undefined;
  /** Identities that changed since the oldest fetch under way was sent; what arrives for them may be old. */
  #changed = new Set<string>();
  #allChanged = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** @throws {NotLoaded} @throws {StoreUnavailable} the server does not answer */
  read(kind: Kind, id: Buffer): readonly Row[] {
    const key = kind + id.toString('latin1');
    const arrived = this.#arrived.get(key);
    if (!arrived) throw new NotLoaded(this.#want(key, kind, id));
    this.#arrived.delete(key);
    if (arrived instanceof StoreUnavailable) throw arrived;
    return arrived;
  }

  /** A batch was committed: reads of these identities that are under way are to be repeated. */
  changed(identities: Iterable<string> | 'all'): void {
    this.#arrived.clear();
    if (this.#fetching.size === 0) return;
    if (identities === 'all') this.#allChanged = true;
    else for (const identity of identities) this.#changed.add(identity);
  }

  /** Nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  #want(key: string, kind: Kind, id: Buffer): Promise<void> {
    const known = this.#fetching.get(key) ?? this.#wanted.get(key);
    if (known) return known.arrival.promise;
    const wanted: Wanted = { kind, id, arrival: Promise.withResolvers(), rows: [], after: undefined };
    this.#wanted.set(key, wanted);
    this.#running ??= this.#run();
    return wanted.arrival.promise;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#wanted.size > 0) {
      this.#fetching = this.#wanted;
      this.#wanted = new Map();
      try {
        this.#settle(await this.#fetch([...this.#fetching.values()]));
      } catch (cause) {
        this.#fail(new StoreUnavailable(`the database was not read: ${refusalOf(cause)}`, { cause }));
      }
    }
    this.#running = undefined;
  }

  /** @returns those that are complete */
  async #fetch(wanted: readonly Wanted[]): Promise<ReadonlySet<Wanted>> {
    const rows = wanted.filter(({ kind }) => kind === 'row');
    const entries = wanted.filter(({ kind }) => kind === 'entry');
    const partitions = wanted.filter(({ kind }) => kind === 'partition');
    const statements = [
      ...(rows.length > 0
        ? [
            `SELECT r.id AS found, ${recordColumns} FROM bulwark_records r WHERE r.id IN (${list(rows, ({ id }) => bytes(id))})`,
          ]
        : []),
      ...(entries.length > 0
        ? [
            `SELECT e.entry AS found, ${recordColumns} FROM bulwark_entries e JOIN bulwark_records r ON r.id = e.id WHERE e.entry IN (${list(entries, ({ id }) => bytes(id))})`,
          ]
        : []),
      ...partitions.map(
        ({ id, after }) =>
          `SELECT r.partition_id AS found, ${recordColumns} FROM bulwark_records r WHERE r.partition_id = ${bytes(id)}${after ? ` AND r.id > ${bytes(after)}` : ''} ORDER BY r.id LIMIT ${rowsPerPage}`,
      ),
    ];
    const results = await this.#session.run(statements.join('; '));
    const complete = new Set(wanted);
    for (const one of wanted) if (one.after === undefined) one.rows = [];
    const byId = new Map(wanted.map((one) => [one.kind + one.id.toString('latin1'), one]));
    results.forEach(({ rows: found }, position) => {
      const kind = kindOf(position, rows.length > 0, entries.length > 0);
      for (const row of found as (RecordRow & { found: Buffer })[]) {
        byId.get(kind + row.found.toString('latin1'))?.rows.push(rowOf(row));
      }
    });
    for (const one of partitions) {
      const last = one.rows.at(-1);
      if (!last || one.rows.length % rowsPerPage !== 0 || last.id.equals(one.after ?? none)) continue;
      one.after = last.id;
      complete.delete(one);
    }
    return complete;
  }

  #settle(complete: ReadonlySet<Wanted>): void {
    const waiting: Wanted[] = [];
    for (const [key, one] of this.#fetching) {
      if (this.#isOld(one)) one.after = undefined;
      else if (complete.has(one)) {
        this.#arrived.set(key, one.rows);
        waiting.push(one);
        continue;
      }
      this.#wanted.set(key, one);
    }
    const partial = [...this.#wanted.values()].some(({ after }) => after !== undefined);
    if (!partial) this.#changed.clear();
    this.#allChanged = false;
    this.#deliver(waiting);
  }

  #fail(failure: StoreUnavailable): void {
    for (const key of this.#fetching.keys()) this.#arrived.set(key, failure);
    this.#changed.clear();
    this.#allChanged = false;
    this.#deliver([...this.#fetching.values()]);
  }

  /** Lets everybody who waited run again, and forgets what none of them took. */
  #deliver(waiting: readonly Wanted[]): void {
    this.#fetching = new Map();
    for (const { arrival } of waiting) arrival.resolve();
    setImmediate(() => this.#arrived.clear());
  }

  #isOld({ id, rows }: Wanted): boolean {
    if (this.#allChanged) return true;
    if (this.#changed.size === 0) return false;
    return this.#changed.has(id.toString('latin1')) || rows.some((row) => this.#changed.has(row.id.toString('latin1')));
  }
}

const none = Buffer.alloc(0);

const kindOf = (position: number, hasRows: boolean, hasEntries: boolean): Kind => {
  if (hasRows && position === 0) return 'row';
  return hasEntries && position === (hasRows ? 1 : 0) ? 'entry' : 'partition';
};
