import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord } from '../../src/journal/record.ts';
import type { SpawnedServer } from '../spawned-server.ts';
import { type Acknowledged, Load } from './load.ts';
import { oneOf, type Site } from './site.ts';
import { requireWhole } from './stored.ts';

/** Something that goes wrong, and how the site comes back from it. */
export interface Fault {
  /** A sentence: what happens. */
  readonly what: string;
  /** How often, in a full run. */
  readonly rounds: number;
  readonly site: () => Promise<Site>;
  /** Happens while the load goes on. */
  readonly strike: (site: Site, load: Load) => Promise<void>;
  /** Done once the load has ended: afterwards every host serves. */
  readonly mend: (site: Site) => Promise<void>;
}

/** Every round, as docs/faults.md has them; without it, as many of each fault as fit into a test run. */
const isFull = process.env.BULWARK_CRASH === 'full';
const shortRounds = 1;

/** Clients that write at one time; their commits share fsyncs, which is where a crash could tear something. */
const writers = 8;

/** A fault comes after so many acknowledged writes of its round, at most… */
const latestWrites = 24;
/** …and after that many milliseconds more, at most; or at any moment of the first… */
const latestMs = 20;
/** …so many milliseconds, within which servers look for timers that are due. */
const timersMs = 1500;

/** How long it may take until every timer that is due has fired: a lease may have to change hands. */
const firedMs = 30_000;

/** Faults at one time; a short run mostly waits for processes to start. */
const concurrency = isFull ? 2 : 4;

/** Runs the faults of one engine, some at a time, and prints what they did. */
export const rounds = (engine: string, faults: readonly Fault[], skip: string | false = false): void => {
  const table: Record<string, Figures> = {};
  describe(`${engine}: loses no acknowledged write, keeps none in part, and fires each timer once`, {
    skip,
    concurrency,
  }, () => {
    for (const fault of faults) {
      it(`when ${fault.what}`, async (t) => {
        const site = await fault.site();
        t.after(() => site.remove());
        table[fault.what] = await ordeal(site, fault);
        t.diagnostic(JSON.stringify(table[fault.what]));
      });
    }
  });
  if (isFull) process.once('exit', () => console.table(table));
};

/** What was counted; what was lost, halved or doubled is not among it, since that ends the test. */
interface Figures {
  rounds: number;
  acknowledged: number;
  cutOff: number;
  refused: number;
  journalled: number;
  timers: number;
}

const ordeal = async (site: Site, { strike, mend, rounds: full }: Fault): Promise<Figures> => {
  const figures: Figures = { rounds: 0, acknowledged: 0, cutOff: 0, refused: 0, journalled: 0, timers: 0 };
  const ledger: Acknowledged[] = [];
  const doomed: string[] = [];
  for (; figures.rounds < (isFull ? full : shortRounds); figures.rounds++) {
    const load = new Load(() => site.servers, writers);
    try {
      await randomMoment(load);
      await strike(site, load);
    } finally {
      await load.stop();
    }
    await mend(site);
    await requireWhole(site.data, site.keyDirectory);
    await requireThere(load.ledger, site);
    ledger.push(...load.ledger);
    doomed.push(...load.doomed);
    figures.cutOff += load.cutOff;
    figures.refused += load.refused;
    site.daysPass();
  }
  await requireThere(ledger, site);
  const events = await whenGone(site);
  requireJournalled(ledger, events);
  await requireSameKeysAndUsers(events, site);
  figures.acknowledged = ledger.length;
  figures.journalled = events.length;
  figures.timers = requireOnce(doomed, events);
  return figures;
};

const randomMoment = async (load: Load): Promise<void> => {
  if (Math.random() < 0.5) return void (await sleep(Math.random() * timersMs));
  const writesBefore = 1 + Math.random() * latestWrites;
  for (const until = Date.now() + timersMs; load.ledger.length < writesBefore && Date.now() < until; ) await sleep(1);
  await sleep(Math.random() * latestMs);
};

const requireThere = async (ledger: readonly Acknowledged[], { servers }: Site): Promise<void> => {
  for (let first = 0; first < ledger.length; first += writers) {
    await Promise.all(
      ledger.slice(first, first + writers).map(async ({ what, requestId, isThere }) => {
        try {
          await isThere(oneOf(servers));
        } catch (cause) {
          throw new Error(`${what} ${requestId} was acknowledged and is gone`, { cause });
        }
      }),
    );
  }
};

/** Waits for the deletion of every key that is due, acknowledged or not. @returns the whole journal */
const whenGone = async (site: Site): Promise<readonly JournalRecord[]> => {
  for (const until = Date.now() + firedMs; ; await sleep(300)) {
    const events = await requireWhole(site.data, site.keyDirectory);
    const gone = new Set(deletionsIn(events));
    const due = scheduledIn(events);
    const left = due.filter((keyId) => !gone.has(keyId));
    if (left.length === 0) return events;
    assert.ok(Date.now() < until, `${left.length} of ${due.length} timers did not fire`);
  }
};

const scheduledIn = (events: readonly JournalRecord[]): string[] =>
  events
    .filter(({ eventName, errorCode }) => eventName === 'ScheduleKeyDeletion' && errorCode === undefined)
    .map(({ requestParameters }) => (requestParameters as { keyId: string }).keyId);

const deletionsIn = (events: readonly JournalRecord[]): string[] =>
  events
    .filter(({ eventName }) => eventName === 'DeleteKey')
    .map(({ serviceEventDetails }) => (serviceEventDetails as { keyId: string }).keyId);

const requireJournalled = (ledger: readonly Acknowledged[], events: readonly JournalRecord[]): void => {
  const ids = new Set(events.map(({ requestID }) => requestID));
  assert.deepEqual(
    ledger.filter(({ requestId }) => !ids.has(requestId)).map(({ what, requestId }) => `${what} ${requestId}`),
    [],
    'acknowledged without a journal record',
  );
};

/** @returns how many timers fired */
const requireOnce = (doomed: readonly string[], events: readonly JournalRecord[]): number => {
  const deletions = deletionsIn(events);
  assert.equal(new Set(deletions).size, deletions.length, 'a timer fired twice');
  const gone = new Set(deletions);
  for (const keyId of doomed) assert.ok(gone.has(keyId), 'a timer that was acknowledged did not fire');
  return deletions.length;
};

/** Whether what the journal says was made is what there is: no change without its record, no record without its change. */
const requireSameKeysAndUsers = async (events: readonly JournalRecord[], { servers }: Site): Promise<void> => {
  const deleted = new Set(deletionsIn(events));
  const made = (name: string): object[] =>
    events
      .filter(({ eventName, errorCode }) => eventName === name && errorCode === undefined)
      .map(({ responseElements }) => responseElements!);
  const keys = made('CreateKey').map((made) => (made as { keyMetadata: { keyId: string } }).keyMetadata.keyId);
  const users = made('CreateUser').map((made) => (made as { user: { userName: string } }).user.userName);
  const server = servers[0]!;
  assert.deepEqual(await keysOf(server), keys.filter((keyId) => !deleted.has(keyId)).sort());
  assert.deepEqual(await usersOf(server), users.sort());
};

const keysOf = async (server: SpawnedServer): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let Marker: string | undefined; ; ) {
    const { text } = await server.kms('ListKeys', { Limit: 1000, ...(Marker !== undefined && { Marker }) });
    const page = JSON.parse(text) as { Keys: { KeyId: string }[]; NextMarker?: string };
    ids.push(...page.Keys.map(({ KeyId }) => KeyId));
    Marker = page.NextMarker;
    if (Marker === undefined) return ids.sort();
  }
};

const usersOf = async (server: SpawnedServer): Promise<readonly string[]> => {
  const names: string[] = [];
  for (let Marker: string | undefined; ; ) {
    const { text } = await server.iam('ListUsers', { MaxItems: '1000', ...(Marker !== undefined && { Marker }) });
    names.push(...[...text.matchAll(/<UserName>([^<]+)</g)].map(([, name]) => name!));
    Marker = /<Marker>([^<]+)</.exec(text)?.[1];
    if (Marker === undefined) return names.sort();
  }
};
