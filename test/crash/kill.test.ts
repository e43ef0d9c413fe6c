import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Journal } from '../../src/journal/journal.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { openStore } from '../../src/store/open.ts';
import { SpawnedServer } from '../spawned-server.ts';
import { type Ledger, writeUntilItDies } from './writes.ts';

/** Crashes in all, over both lanes. */
const rounds = Number(process.env.BULWARK_CRASH_ROUNDS ?? 50);

/** Data directories that are worked on at one time. */
const lanes = 2;

/** Clients that write at one time; their commits share fsyncs, which is where a crash could tear something. */
const writers = 8;

/** A crash comes after so many acknowledged writes of its round, at most… */
const latestCrash = 24;

/** …and after that many milliseconds more, at most. */
const latestCrashMs = 20;

/** How many first starts are cut off. */
const firstStarts = 8;

describe('kill -9 under concurrent writes', { concurrency: lanes }, () => {
  for (let lane = 1; lane <= lanes; lane++) {
    it(`loses no acknowledged write and no record of one in ${rounds / lanes} crashes (lane ${lane})`, async (t) => {
      const data = mkdtempSync(join(tmpdir(), 'bulwark-crash-'));
      t.after(() => rmSync(data, { recursive: true, force: true }));
      const everything: Ledger = [];
      let before: Ledger = [];
      for (let round = 0; round < rounds / lanes; round++) {
        const server = await SpawnedServer.start({ data });
        t.after(() => server.stop('SIGKILL'));
        const ledger: Ledger = [];
        await allThere(before, server);
        const writing = Promise.all(Array.from({ length: writers }, () => writeUntilItDies(server, ledger)));
        await Promise.race([writing, randomMoment(server, ledger)]);
        await server.stop('SIGKILL');
        await writing;
        assert.equal((await verifyJournal(data)).fault, undefined);
        everything.push(...ledger);
        before = ledger;
      }
      const server = await SpawnedServer.start({ data });
      await allThere(everything, server);
      await server.stop();

      assert.deepEqual((await verifyJournal(data)).fault, undefined);
      const journalled = await requestIdsIn(data);
      const unaudited = everything.filter(({ requestId }) => !journalled.has(requestId));
      assert.deepEqual(
        unaudited.map(({ what, requestId }) => `${what} ${requestId}`),
        [],
      );
      t.diagnostic(`${everything.length} acknowledged writes, ${journalled.size} calls journalled`);
    });
  }
});

describe('kill -9 while a server starts for the first time', () => {
  it('leaves a data directory that the next start takes over', async (t) => {
    for (let round = 0; round < firstStarts; round++) {
      const data = mkdtempSync(join(tmpdir(), 'bulwark-crash-'));
      t.after(() => rmSync(data, { recursive: true, force: true }));
      const killedBy = AbortSignal.timeout(100 + round * 50);
      await SpawnedServer.start({ data, killedBy }).then((server) => server.stop('SIGKILL'), wasKilled);
      const server = await SpawnedServer.start({ data });
      assert.equal((await server.kms('CreateKey', {})).status, 200);
      await server.stop();
      assert.equal((await verifyJournal(data)).fault, undefined);
    }
  });
});

const randomMoment = async (server: SpawnedServer, ledger: Ledger): Promise<void> => {
  const writesBefore = Math.random() * latestCrash;
  while (ledger.length < writesBefore && !server.hasEnded) await sleep(1);
  await sleep(Math.random() * latestCrashMs);
};

const wasKilled = (error: Error): void => assert.equal(error.name, 'AbortError', error.message);

const allThere = async (ledger: Ledger, server: SpawnedServer): Promise<void> => {
  for (let first = 0; first < ledger.length; first += writers) {
    await Promise.all(
      ledger.slice(first, first + writers).map(async ({ what, requestId, isThere }) => {
        try {
          await isThere(server);
        } catch (cause) {
          throw new Error(`${what} ${requestId} was acknowledged and is gone`, { cause });
        }
      }),
    );
  }
};

const requestIdsIn = async (data: string): Promise<ReadonlySet<string>> => {
  const store = await openStore({ data });
  try {
    const journal = new Journal(store);
    const ids = new Set<string>();
    for (let cursor = 0; cursor < journal.head; ) {
      const entries = await journal.read(cursor, 1000);
      for (const { record } of entries) ids.add(record.requestID ?? '');
      cursor = entries.at(-1)!.sequence;
    }
    return ids;
  } finally {
    await store.close();
  }
};
