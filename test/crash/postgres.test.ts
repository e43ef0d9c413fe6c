import assert from 'node:assert/strict';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noPostgres, PostgresServer } from '../postgres-server.ts';
import { Address } from './address.ts';
import { jumpAbout } from './clock-jumps.ts';
import { type Fault, rounds } from './rounds.ts';
import { oneOf, Site } from './site.ts';
import { noSmallDisk, SmallDisk } from './small-disk.ts';

/** What a site stands on. */
interface Ground {
  database: PostgresServer;
  readonly standby?: PostgresServer;
  readonly address?: Address;
  readonly disk?: SmallDisk;
}
const grounds = new WeakMap<Site, Ground>();

/** One for all faults that leave the database alone. */
let common: Promise<PostgresServer> | undefined;
after(async () => (await common)?.remove());

const twoHosts = async (): Promise<Site> => {
  common ??= PostgresServer.start();
  return new Site({ data: await (await common).newDatabase(), hosts: 2 }).start();
};

const withOwnDatabase = async (): Promise<Site> => {
  const database = await PostgresServer.start();
  const site = new Site({ data: await database.newDatabase(), hosts: 2, remove: () => database.remove() });
  grounds.set(site, { database });
  return site.start();
};

/** The hosts know one address, which leads to whichever server is the primary. */
const withStandby = async (): Promise<Site> => {
  const database = await PostgresServer.start();
  const url = new URL(await database.newDatabase());
  const address = await Address.of(database.port);
  url.port = String(address.port);
  const site = new Site({
    data: String(url),
    hosts: 2,
    remove: async () => {
      address.close();
      const { database, standby } = grounds.get(site)!;
      await standby?.remove();
      await database.remove();
    },
  });
  grounds.set(site, { database, address, standby: await database.startStandby() });
  return site.start();
};

const onSmallDisk = async (): Promise<Site> => {
  const disk = new SmallDisk(160);
  const database = await PostgresServer.start({ smallDisk: disk.path });
  const site = new Site({
    data: await database.newDatabase(),
    hosts: 2,
    remove: async () => {
      await database.stop('SIGKILL');
      disk.remove();
    },
  });
  grounds.set(site, { database, disk });
  return site.start();
};

const restartEnded = async (site: Site): Promise<void> => {
  for (const [host, server] of site.servers.entries()) if (server.hasEnded) await site.restart(host);
};

/** Both hosts have noticed that the database is back: the next calls are answered. */
const serveAgain = async ({ servers }: Site): Promise<void> => {
  for (const server of servers) {
    for (const until = Date.now() + 20_000; (await server.kms('ListKeys', {})).status !== 200; await sleep(50)) {
      assert.ok(Date.now() < until, 'a host does not come back');
    }
  }
};

const faults: readonly Fault[] = [
  {
    what: 'one of two hosts is killed, and the other goes on',
    rounds: 20,
    site: twoHosts,
    strike: async ({ servers }) => {
      await oneOf(servers).stop('SIGKILL');
      await sleep(Math.random() * 400);
    },
    mend: restartEnded,
  },
  {
    what: 'one of two hosts is told to end (SIGTERM) under load',
    rounds: 10,
    site: twoHosts,
    strike: async ({ servers }) => {
      const leaving = oneOf(servers);
      await leaving.stop('SIGTERM');
      assert.equal(leaving.exitCode, 0);
    },
    mend: restartEnded,
  },
  {
    what: 'every process of the database server is killed, and it starts again',
    rounds: 25,
    site: withOwnDatabase,
    strike: async (site) => {
      const { database } = grounds.get(site)!;
      await database.stop(oneOf(['SIGKILL', 'SIGQUIT']));
      await sleep(Math.random() * 300);
      await database.start();
      await sleep(Math.random() * 300);
    },
    mend: serveAgain,
  },
  {
    what: 'the database server is lost, and its synchronous standby takes over',
    rounds: 16,
    site: withStandby,
    strike: async (site) => {
      const { database, standby, address } = grounds.get(site)!;
      // Lost altogether, or cut off from the hosts while it still runs.
      const isCutOff = Math.random() < 0.3;
      if (isCutOff) address!.pointTo(standby!.port);
      else await database.stop('SIGKILL');
      await standby!.promote();
      address!.pointTo(standby!.port);
      await sleep(Math.random() * 300);
    },
    mend: async (site) => {
      const { database, standby, address } = grounds.get(site)!;
      await database.remove();
      grounds.set(site, { database: standby!, address: address!, standby: await standby!.startStandby() });
      await serveAgain(site);
    },
  },
  {
    what: 'the wall clocks of both hosts jump by days, each by itself, under load',
    rounds: 12,
    site: twoHosts,
    strike: jumpAbout,
    mend: async () => {},
  },
];

const fullDisk: Fault = {
  what: 'the disk of the database is full, and has room again',
  rounds: 10,
  site: onSmallDisk,
  strike: async (site, load) => {
    const { disk, database } = grounds.get(site)!;
    disk!.fill();
    const before = load.refused;
    for (const until = Date.now() + 30_000; load.refused < before + 10; await sleep(5)) {
      assert.ok(Date.now() < until, 'nothing was refused');
    }
    await sleep(Math.random() * 300);
    disk!.free();
    // It ends itself where it cannot write its log, and has no room to recover.
    await sleep(300);
    if (database.hasEnded) await database.start();
  },
  mend: serveAgain,
};

rounds('PostgreSQL', noSmallDisk ? faults : [...faults, fullDisk], noPostgres);
