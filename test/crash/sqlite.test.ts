import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyJournal } from '../../src/journal/verify.ts';
import { SpawnedServer } from '../spawned-server.ts';
import { jumpAbout } from './clock-jumps.ts';
import { wholeCrew } from './crew.ts';
import { type Fault, rounds } from './rounds.ts';
import { oneOf, Site, type SiteOptions } from './site.ts';
import { noSmallDisk, SmallDisk } from './small-disk.ts';
import { sinceEnd, tears, tearWal, walEnd } from './torn-wal.ts';

const alone = (options: SiteOptions = {}): Promise<Site> => new Site(options).start();
const withWorkers = (): Promise<Site> => alone({ flags: ['--workers', '2'] });
const startAgain = (site: Site): Promise<void> => site.restart(0);

const crewIsWhole = ({ servers: [server] }: Site): Promise<void> => wholeCrew(server!, 2);

/** The directory is free when the last worker has noticed that it serves nobody any more. */
const startOnceFree = async (site: Site): Promise<void> => {
  for (const until = Date.now() + 10_000; ; await sleep(50)) {
    try {
      return await site.restart(0);
    } catch (error) {
      if (!/another Bulwark is using/.test((error as Error).message) || Date.now() > until) throw error;
    }
  }
};

const disks = new Map<Site, SmallDisk>();
const onSmallDisk = async (): Promise<Site> => {
  const disk = new SmallDisk(48);
  const site = await alone({ data: join(disk.path, 'data'), remove: () => disk.remove() });
  disks.set(site, disk);
  return site;
};

const faults: readonly Fault[] = [
  {
    what: 'the server is killed (kill -9)',
    rounds: 40,
    site: alone,
    strike: ({ servers: [server] }) => server!.stop('SIGKILL'),
    mend: startAgain,
  },
  {
    what: 'one of two workers is killed, and the other goes on',
    rounds: 25,
    site: withWorkers,
    strike: async ({ servers: [server] }) => {
      process.kill(oneOf(server!.workers), 'SIGKILL');
      await sleep(Math.random() * 400);
    },
    mend: crewIsWhole,
  },
  {
    what: 'the process that started the workers is killed',
    rounds: 10,
    site: withWorkers,
    strike: ({ servers: [server] }) => server!.stop('SIGKILL'),
    mend: startOnceFree,
  },
  {
    what: 'the server is told to end (SIGTERM) under load',
    rounds: 15,
    site: alone,
    strike: async ({ servers: [server] }) => {
      await server!.stop('SIGTERM');
      assert.equal(server!.exitCode, 0);
    },
    mend: startAgain,
  },
  {
    what: 'the last writes are torn on the disk as by a power failure',
    rounds: 24,
    site: alone,
    strike: async (site, load) => {
      // What was written after this moment counts as not acknowledged: the disk had not said that it has it.
      await load.stop();
      const [server] = site.servers;
      const wal = join(site.data, 'bulwark.db-wal');
      const quiet = walEnd(wal);
      for (let n = 1 + Math.floor(Math.random() * 4); n > 0; n--) await server!.kms('CreateKey', {});
      await server!.stop('SIGKILL');
      const from = sinceEnd(wal, quiet);
      const { end, generation } = walEnd(wal);
      // Killed as the log began anew, after a checkpoint: the database has it all, and nothing is left to tear.
      if (generation !== quiet.generation && end === from) return;
      assert.ok(end > from);
      tearWal(wal, from, oneOf(tears));
    },
    mend: startAgain,
  },
  {
    what: 'the clock jumps forward and back by days under load',
    rounds: 12,
    site: alone,
    strike: jumpAbout,
    mend: async () => {},
  },
];

const fullDisk: Fault = {
  what: 'the disk is full, and has room again; the server goes on, or is killed meanwhile',
  rounds: 16,
  site: onSmallDisk,
  strike: async (site, load) => {
    disks.get(site)!.fill();
    const before = load.refused;
    for (const until = Date.now() + 10_000; load.refused < before + 20; await sleep(5)) {
      assert.ok(Date.now() < until, 'nothing was refused');
    }
    if (Math.random() < 0.5) await site.servers[0]!.stop('SIGKILL');
    else disks.get(site)!.free();
    await sleep(Math.random() * 200);
  },
  mend: async (site) => {
    disks.get(site)!.free();
    if (site.servers[0]!.hasEnded) await site.restart(0);
  },
};

rounds('SQLite', noSmallDisk ? faults : [...faults, fullDisk]);

describe('kill -9 while a server starts for the first time', () => {
  it('leaves a data directory that the next start takes over', async (t) => {
    for (let round = 0; round < 4; round++) {
      const data = mkdtempSync(join(tmpdir(), 'bulwark-crash-'));
      t.after(() => rmSync(data, { recursive: true, force: true }));
      const killedBy = AbortSignal.timeout(150 + round * 100);
      await SpawnedServer.start({ data, killedBy }).then((server) => server.stop('SIGKILL'), wasKilled);
      const server = await SpawnedServer.start({ data });
      assert.equal((await server.kms('CreateKey', {})).status, 200);
      await server.stop();
      assert.equal((await verifyJournal(data)).fault, undefined);
    }
  });
});

const wasKilled = (error: Error): void => assert.equal(error.name, 'AbortError', error.message);
