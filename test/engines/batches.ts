import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Engine, LockedEngine, Member, Write } from '../../src/store/engine.ts';
import { LogChain, newLog } from '../../src/store/log-chain.ts';
import { NotLoaded } from '../../src/store/store.ts';

const logKey = { key: createSecretKey(randomBytes(32)), storeId: randomBytes(16) };

const id = (name: string): Buffer => Buffer.from(name.padEnd(16, '.'));
const partition = id('partition');
const write = (name: string, expected: number, revision: number, change: Partial<Write> = {}): Write => ({
  id: id(name),
  partition,
  expected,
  revision,
  sealed: Buffer.from(`${name}@${revision}`),
  removedEntries: [],
  addedEntries: [],
  ...change,
});
const member = (writes: Write[], texts: string[] = [], after: number[] = []): Member => ({ writes, texts, after });

/** Reads as the store does: again, when what was asked for has come. */
const read = async <T>(from: () => T): Promise<T> => {
  for (;;) {
    try {
      return from();
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      await error.loaded;
    }
  }
};

/**
 * What engines owe the store below its cache, where several processes share one database: run by each engine's test file.
 *
 * @param open a new engine, with nothing stored
 */
export const batchAcceptance = (
  name: string,
  open: () => LockedEngine | Promise<LockedEngine>,
  skip: string | false = false,
): void => {
  const behaves = (sentence: string, check: (engine: Engine) => Promise<void>): void => {
    test(`${name}: ${sentence}`, { skip }, async () => {
      const locked = await open();
      const head = new LogChain(logKey).sealHead(newLog());
      await locked.initialize({
        meta: new Map([
          ['format', Buffer.from('2')],
          ['log-head', head],
        ]),
        keyring: [],
      });
      const engine = locked.unlock(logKey);
      try {
        await check(engine);
      } finally {
        await engine.close();
      }
    });
  };
  const commit = (engine: Engine, ...members: Member[]) => engine.commit({ keyring: [], members });

  behaves(
    'refuses a member whose expected revision does not hold, with its log records, and keeps the others',
    async (engine) => {
      await commit(engine, member([write('a', 0, 5)]));
      const { refused, logHead } = await commit(
        engine,
        member([write('b', 0, 1)], ['one']),
        member([write('a', 4, 5), write('c', 0, 1)], ['two']),
        member([write('a', 5, 6)], ['three']),
      );
      assert.deepEqual(refused, [1]);
      assert.equal(logHead, 2);
      assert.equal((await read(() => engine.readRow(id('a'))))?.sealed.toString(), 'a@6');
      assert.equal((await read(() => engine.readRow(id('b'))))?.revision, 1);
      assert.equal(await read(() => engine.readRow(id('c'))), undefined);
      const blocks = await engine.readLog(0, 10);
      assert.deepEqual(
        blocks.flatMap((block) => new LogChain(logKey).openBlock(block).texts),
        ['one', 'three'],
      );
    },
  );

  behaves('refuses whatever read the writes of a refused member, however indirectly', async (engine) => {
    await commit(engine, member([write('a', 0, 5)]));
    const { refused } = await commit(
      engine,
      member([write('a', 1, 2)]),
      member([write('b', 0, 1)], [], [0]),
      member([write('c', 0, 1)], [], [1]),
      member([write('d', 0, 1)]),
    );
    assert.deepEqual(refused, [0, 1, 2]);
    assert.deepEqual((await read(() => engine.readPartition(partition))).map((row) => row.sealed.toString()).sort(), [
      'a@5',
      'd@1',
    ]);
  });

  behaves('refuses to create what exists and to change or delete what does not', async (engine) => {
    await commit(engine, member([write('a', 0, 5)]));
    const { refused } = await commit(
      engine,
      member([write('a', 0, 1)]),
      member([write('b', 3, 4)]),
      member([write('b', 3, 0, { sealed: undefined })]),
      member([write('a', 5, 0, { sealed: undefined })]),
    );
    assert.deepEqual(refused, [0, 1, 2]);
    assert.equal(await read(() => engine.readRow(id('a'))), undefined);
  });

  behaves('finds rows by index entries, as they are added and removed', async (engine) => {
    const entry = id('entry');
    const found = async () => (await read(() => engine.readEntries(entry))).map((row) => row.sealed.toString()).sort();
    await commit(
      engine,
      member([write('a', 0, 1, { addedEntries: [entry] }), write('b', 0, 1, { addedEntries: [entry] })]),
    );
    assert.deepEqual(await found(), ['a@1', 'b@1']);
    await commit(engine, member([write('a', 1, 2, { removedEntries: [entry] })]));
    assert.deepEqual(await found(), ['b@1']);
    await commit(engine, member([write('b', 1, 0, { sealed: undefined, removedEntries: [entry] })]));
    assert.deepEqual(await found(), []);
  });
};
