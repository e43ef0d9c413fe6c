import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { collection } from '../../src/store/collection.ts';
import { NotLoaded, RevisionConflict, type Store, type Transaction } from '../../src/store/store.ts';

const cells = collection<{ readonly by: number; readonly even: 'yes' | 'no' }>('test.cells', {
  key: ['sheet', 'name'],
  indexes: { even: ({ even }) => [even] },
});
/** The same cells again, listed by a tree. */
const longSheet = collection<{ readonly by: number }>('test.long-cells', { key: ['sheet', 'name'], large: true });
const sheet = 'one';
const names = ['a', 'b', 'c', 'd'];

/** A transaction as its log record tells it: what it saw first, what it left. Cells hold the number of who wrote them. */
interface Told {
  readonly id: number;
  readonly found: Readonly<Record<string, number | null>>;
  /** All cells by name, and those that an even one wrote; absent: it did not list them. */
  readonly all?: readonly number[];
  readonly even?: readonly number[];
  /** null: deleted. */
  readonly wrote: Readonly<Record<string, number | null>>;
}

/**
 * Clients of several stores on the same data read, list, write and delete a few cells in transactions that are small and
 * meet often. The log must be an order in which each of them, run by itself, sees what it saw, and which puts nothing that
 * had ended behind what began later: the transactions are strictly serializable.
 */
export const requireLogOrder = async (stores: readonly Store[], clients: number, rounds: number): Promise<void> => {
  const began = new Map<number, number>();
  const ended = new Map<number, number>();
  let last = 0;
  const client = async (store: Store): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const id = ++last;
      began.set(id, performance.now());
      await committed(store, id);
      ended.set(id, performance.now());
      for (let turns = random(4); turns > 0; turns--) await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, at) => client(stores[at % stores.length]!)));
  const log = (await stores[0]!.readLog(0, clients * rounds + 1)).map(({ text }) => JSON.parse(text) as Told);
  assert.equal(log.length, clients * rounds);
  requireSerial(log);
  let latestStart = 0;
  for (const { id } of log) {
    assert.ok(ended.get(id)! >= latestStart, `${id} had ended before one that the log puts ahead of it began`);
    latestStart = Math.max(latestStart, began.get(id)!);
  }
};

/** Runs a random transaction, again and again until it is committed. */
const committed = async (store: Store, id: number): Promise<void> => {
  for (;;) {
    try {
      let tx = store.begin();
      let told = run(tx, id);
      if (random(6) === 0) {
        // As a request that fails, whose record counts on what it has read.
        tx = store.begin(tx);
        told = { ...told, wrote: {} };
      }
      // Requests that arrive together pause between reading and writing.
      if (random(3) === 0) await setImmediate();
      tx.append(JSON.stringify(told));
      return await store.commit(tx);
    } catch (error) {
      if (error instanceof NotLoaded) await error.loaded;
      else if (!(error instanceof RevisionConflict)) throw error;
    }
  }
};

const run = (tx: Transaction, id: number): Told => {
  const found: Record<string, number | null> = {};
  const wrote: Record<string, number | null> = {};
  const lists = random(5);
  const all = lists < 2 && [cells, longSheet][lists]!.list(tx, [sheet], { limit: 10 }).items.map(({ by }) => by);
  const even = lists === 2 && cells.listBy(tx, 'even', ['yes']).map(({ by }) => by);
  for (const name of names.filter(() => random(2) === 0)) {
    found[name] = cells.find(tx, [sheet, name])?.by ?? null;
    const deed = random(5);
    if (deed === 0) {
      for (const each of [cells, longSheet]) each.delete(tx, [sheet, name]);
      wrote[name] = null;
    } else if (deed === 1) {
      cells.put(tx, [sheet, name], { by: id, even: id % 2 === 0 ? 'yes' : 'no' });
      longSheet.put(tx, [sheet, name], { by: id });
      wrote[name] = id;
    }
  }
  return { id, found, wrote, ...(all && { all }), ...(even && { even: even.sort((a, b) => a - b) }) };
};

const requireSerial = (log: readonly Told[]): void => {
  const state = new Map<string, number>();
  for (const { id, found, all, even, wrote } of log) {
    const cellsNow = names.flatMap((name) => state.get(name) ?? []);
    if (all) assert.deepEqual(all, cellsNow, `what ${id} listed`);
    const evenNow = cellsNow.filter((by) => by % 2 === 0).sort((a, b) => a - b);
    if (even) assert.deepEqual(even, evenNow, `what ${id} found by index`);
    for (const [name, by] of Object.entries(found))
      assert.equal(by, state.get(name) ?? null, `${name}, as ${id} saw it`);
    for (const [name, by] of Object.entries(wrote)) {
      if (by === null) state.delete(name);
      else state.set(name, by);
    }
  }
};

const random = (below: number): number => Math.floor(Math.random() * below);
