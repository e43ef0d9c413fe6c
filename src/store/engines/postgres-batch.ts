import { changesKept, joinNotices, trimEvery } from '../changes.ts';
import type { Batch, Write } from '../engine.ts';
import type { LogChain, LogHead } from '../log-chain.ts';
import { linesOf } from '../log-lines.ts';
import type { RecordSet } from '../record-set.ts';
import { addKey, bytes, integer, list, numberValue, setMeta } from './postgres-sql.ts';

/** A batch, and what is stored where it is to be applied. */
export interface BatchInput {
  readonly batch: Batch;
  /** Members that are refused already. */
  readonly refused: ReadonlySet<number>;
  /** Revisions of the records that the batch writes, by id; absent: there is none. */
  readonly stored: ReadonlyMap<string, number>;
  readonly head: LogHead;
  /** The newest change. */
  readonly sequence: number;
  readonly chain: LogChain;
  readonly recordSet: RecordSet;
}

/** What is to be done for a batch, and what there is afterwards. */
export interface BatchOutcome {
  readonly refused: readonly number[];
  readonly statements: readonly string[];
  /** Finds something exactly if the batch was committed; absent where there is nothing to find. */
  readonly probe: string | undefined;
  readonly head: LogHead;
  readonly sequence: number;
  /** As the change of this sequence has it, where the batch made one. */
  readonly notice: Buffer;
  /** Identities that it touches. */
  readonly keys: ReadonlySet<string>;
}

/** Decides which members of a batch hold, and writes the statements for those. */
export const appliedTo = ({
  batch,
  refused: known,
  stored,
  head: before,
  sequence,
  chain,
  recordSet,
}: BatchInput): BatchOutcome => {
  const refused = new Set(known);
  const net = new NetChange(stored);
  const texts: string[] = [];
  const notices: Buffer[] = [];
  const applied: Write[] = [];
  batch.members.forEach(({ writes, texts: own, after, notice }, position) => {
    if (refused.has(position) || after.some((earlier) => refused.has(earlier)) || !net.holds(writes)) {
      refused.add(position);
      return;
    }
    for (const write of writes) net.apply(write);
    applied.push(...writes);
    for (const text of own) texts.push(text);
    if (notice) notices.push(notice);
  });

  const changed = { ...before, set: recordSet.after(before.set, applied) };
  const log = texts.length > 0 ? chain.sealBlock(changed, linesOf(texts)) : undefined;
  const head = log?.head ?? changed;
  const next = net.isEmpty ? sequence : sequence + 1;
  const joined = joinNotices(notices);
  return {
    refused: [...refused],
    statements: [
      ...(log ? [insertBlock(log.block)] : []),
      ...(log || !net.isEmpty || batch.members.length === 0 ? [setMeta('log-head', chain.sealHead(head))] : []),
      ...(net.isEmpty ? [] : [insertChange(next, net.keys, joined), setMeta('change-sequence', numberValue(next))]),
      ...(!net.isEmpty && next % trimEvery === 0
        ? [`DELETE FROM bulwark_changes WHERE sequence <= ${integer(next - changesKept)}`]
        : []),
      ...batch.keyring.map(addKey),
      ...net.statements(),
    ],
    probe: log
      ? `SELECT 1 FROM bulwark_log WHERE first = ${integer(log.block.first)} AND sealed = ${bytes(log.block.sealed)}`
      : net.isEmpty
        ? undefined
        : `SELECT 1 FROM bulwark_changes WHERE sequence = ${integer(next)} AND notice = ${bytes(joined)}`,
    head,
    sequence: next,
    notice: joined,
    keys: net.keys,
  };
};

const insertBlock = ({ first, count, sealed }: { first: number; count: number; sealed: Uint8Array }): string =>
  `INSERT INTO bulwark_log (first, records, sealed) VALUES (${integer(first)}, ${integer(count)}, ${bytes(sealed)})`;

const insertChange = (sequence: number, keys: ReadonlySet<string>, notice: Buffer): string =>
  `INSERT INTO bulwark_changes (sequence, keys, notice) VALUES (${integer(sequence)}, ${bytes(Buffer.from([...keys].join(''), 'latin1'))}, ${bytes(notice)})`;

/** What several members do to the same rows, one after the other, as one change of each row. */
class NetChange {
  readonly #revisions: Map<string, number>;
  readonly #writes = new Map<string, Write>();
  readonly #entries = new Map<string, { readonly entry: Buffer; readonly id: Buffer; readonly there: boolean }>();
  /** Identities of everything touched: records, and partitions and entries with other members. */
  readonly keys = new Set<string>();

  constructor(stored: ReadonlyMap<string, number>) {
    this.#revisions = new Map(stored);
  }

  get isEmpty(): boolean {
    return this.#writes.size === 0;
  }

  /** Whether every revision that the writes expect is the one there. */
  holds(writes: readonly Write[]): boolean {
    return writes.every(({ id, expected }) => (this.#revisions.get(id.toString('latin1')) ?? 0) === expected);
  }

  apply(write: Write): void {
    const { id, partition, expected, revision, sealed, removedEntries, addedEntries } = write;
    const key = id.toString('latin1');
    this.#revisions.set(key, sealed ? revision : 0);
    this.#writes.set(key, write);
    this.keys.add(key);
    if (expected === 0 || !sealed) this.keys.add(partition.toString('latin1'));
    for (const entry of removedEntries) this.#setEntry(entry, id, false);
    for (const entry of addedEntries) this.#setEntry(entry, id, true);
  }

  *statements(): Generator<string> {
    const kept = [...this.#writes.values()].filter(({ sealed }) => sealed);
    const deleted = [...this.#writes.values()].filter(({ sealed }) => !sealed);
    const entries = [...this.#entries.values()];
    const added = entries.filter(({ there }) => there);
    const removed = entries.filter(({ there }) => !there);
    if (removed.length > 0)
      yield `DELETE FROM bulwark_entries WHERE (entry, id) IN (${list(removed, ({ entry, id }) => `(${bytes(entry)}, ${bytes(id)})`)})`;
    if (added.length > 0)
      yield `INSERT INTO bulwark_entries (entry, id) VALUES ${list(added, ({ entry, id }) => `(${bytes(entry)}, ${bytes(id)})`)} ON CONFLICT (entry, id) DO NOTHING`;
    if (deleted.length > 0) yield `DELETE FROM bulwark_records WHERE id IN (${list(deleted, ({ id }) => bytes(id))})`;
    if (kept.length > 0)
      yield `INSERT INTO bulwark_records (id, partition_id, revision, sealed) VALUES ${list(kept, ({ id, partition, revision, sealed }) => `(${bytes(id)}, ${bytes(partition)}, ${integer(revision)}, ${bytes(sealed!)})`)} ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, sealed = excluded.sealed`;
  }

  #setEntry(entry: Buffer, id: Buffer, there: boolean): void {
    this.#entries.set(entry.toString('latin1') + id.toString('latin1'), { entry, id, there });
    this.keys.add(entry.toString('latin1'));
  }
}
