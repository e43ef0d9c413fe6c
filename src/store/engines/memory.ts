import type { Batch, BatchResult, Engine, LockedEngine, Member, Row, StoredState } from '../engine.ts';
import { type LogBlock, LogChain, type LogHead, newLog } from '../log-chain.ts';
import { linesOf } from '../log-lines.ts';

/** An engine that keeps everything in this process and nothing on disk, for tests and throw-away servers (`:memory:`). */
export const lockedMemory = (): LockedEngine => ({
  state: undefined,
  initialize: async (_state: StoredState) => {},
  unlock: (logKey) => new MemoryEngine(new LogChain(logKey)),
  close: async () => {},
});

/** Rows by id, as SQLite has them; ids become strings because Map compares by identity. */
class MemoryEngine implements Engine {
  readonly #chain: LogChain;
  readonly #rows = new Map<string, Row>();
  readonly #partitions = new Map<string, Set<string>>();
  readonly #entries = new Map<string, Set<string>>();
  #blocks: LogBlock[] = [];
  #head: LogHead = newLog();

  constructor(chain: LogChain) {
    this.#chain = chain;
  }

  get logHead(): number {
    return this.#head.sequence;
  }

  readRow(id: Buffer): Row | undefined {
    return this.#rows.get(nameOf(id));
  }

  readPartition(partition: Buffer): readonly Row[] {
    return this.#rowsOf(this.#partitions.get(nameOf(partition)));
  }

  readEntries(entry: Buffer): readonly Row[] {
    return this.#rowsOf(this.#entries.get(nameOf(entry)));
  }

  async commit(batch: Batch): Promise<BatchResult> {
    const refused = new Set<number>();
    const texts: string[] = [];
    batch.members.forEach((member, position) => {
      if (member.after.some((earlier) => refused.has(earlier)) || !this.#holds(member)) {
        refused.add(position);
        return;
      }
      this.#apply(member);
      texts.push(...member.texts);
    });
    if (texts.length > 0) {
      const { block, head } = this.#chain.sealBlock(this.#head, linesOf(texts));
      this.#blocks.push({ ...block, sealed: alone(block.sealed) });
      this.#head = head;
    }
    return { refused: [...refused], logHead: this.#head.sequence };
  }

  async readLog(after: number, limit: number): Promise<readonly LogBlock[]> {
    const from = this.#blocks.findIndex((block) => block.first + block.count > after + 1);
    if (from < 0) return [];
    const to = this.#blocks.findIndex((block) => block.first > after + limit);
    return this.#blocks.slice(from, to < 0 ? undefined : to);
  }

  async wipe(): Promise<void> {
    this.#rows.clear();
    this.#partitions.clear();
    this.#entries.clear();
    this.#blocks = [];
    this.#head = newLog();
  }

  async close(): Promise<void> {
    await this.wipe();
  }

  #holds(member: Member): boolean {
    return member.writes.every(({ id, expected }) => (this.#rows.get(nameOf(id))?.revision ?? 0) === expected);
  }

  #apply(member: Member): void {
    for (const { id, partition, revision, sealed, removedEntries, addedEntries } of member.writes) {
      const name = nameOf(id);
      for (const entry of removedEntries) remove(this.#entries, nameOf(entry), name);
      for (const entry of addedEntries) add(this.#entries, nameOf(entry), name);
      if (sealed) {
        this.#rows.set(name, { id: alone(id), partition: alone(partition), revision, sealed: alone(sealed) });
        add(this.#partitions, nameOf(partition), name);
      } else {
        this.#rows.delete(name);
        remove(this.#partitions, nameOf(partition), name);
      }
    }
  }

  #rowsOf(names: ReadonlySet<string> = new Set()): Row[] {
    return [...names].map((name) => this.#rows.get(name)!);
  }
}

/** The same bytes in memory of their own: small buffers are pieces of larger ones, all of which they would keep. */
const alone = (bytes: Uint8Array): Buffer => Buffer.from(new Uint8Array(bytes).buffer);

const nameOf = (id: Buffer): string => id.toString('latin1');

const add = (sets: Map<string, Set<string>>, name: string, member: string): void => {
  const set = sets.get(name);
  if (set) set.add(member);
  else sets.set(name, new Set([member]));
};

const remove = (sets: Map<string, Set<string>>, name: string, member: string): void => {
  const set = sets.get(name);
  set?.delete(member);
  if (set?.size === 0) sets.delete(name);
};
