import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { steps } from '../../src/services/secrets-manager/rotation-task.ts';
import { requireWhole } from '../crash/stored.ts';
import { CommitTrap } from './commit-trap.ts';
import { type DatabaseKind, databaseKinds } from './database-kinds.ts';
import { passwords } from './databases.ts';
import { MessageProxy } from './message-proxy.ts';
import { RotatingSite, type Strategy } from './rotating-site.ts';

/** Every crash point, as docs/rotation.md has them; without it, as many as fit into a test run. */
const isFull = process.env.BULWARK_ROTATION === 'full';

/** How long it may take until a server comes to the point where it is killed, and how often that is looked for, in milliseconds. */
const killedWithinMs = 150_000;
const pollMs = 20;
const noticedMs = 1000;

/** Of the crashes of a rotation, those that may come when it is over: the last commits, and turns that it did without this time. */
const mostAfterItsEnd = 4;

interface Row {
  readonly strategy: Strategy;
  readonly title: string;
  /** Whether the users are put back to where they began before each rotation. */
  readonly resets: boolean;
  /** Left out of short runs. */
  readonly isLong: boolean;
}

const strategies: readonly Row[] = [
  { strategy: 'MultiUser', title: 'two users alternate, of whom the second is made', resets: true, isLong: false },
  { strategy: 'MultiUser', title: 'two users alternate, who are both there', resets: false, isLong: true },
  { strategy: 'SingleUser', title: 'a single user changes its password', resets: false, isLong: false },
];

/** What a rotation consists of, as the store and the database see it. */
interface Length {
  readonly commits: number;
  readonly turns: number;
}

/** A site whose server can be killed at any point of a rotation. */
class CrashSite {
  readonly site: RotatingSite;
  readonly proxy: MessageProxy;
  readonly trap: CommitTrap;
  readonly #resets: boolean;

  constructor(site: RotatingSite, proxy: MessageProxy, trap: CommitTrap, resets: boolean) {
    this.site = site;
    this.proxy = proxy;
    this.trap = trap;
    this.#resets = resets;
  }

  /** Rotates without a crash. @returns how many commits and turns of conversation that takes */
  async measure(): Promise<Length> {
    await this.#ready();
    this.proxy.count();
    this.trap.set(most);
    const token = randomUUID();
    await this.site.ask(token);
    // Asking the server would make it commit.
    while (!(await this.#isOver(token))) await sleep(pollMs);
    const commits = most - this.trap.left;
    this.trap.unset();
    return { commits, turns: this.proxy.seen };
  }

  /** Kills the server after a commit of a rotation. @returns what the journal has of the rotation at that moment */
  async crashAfterCommit(commit: number): Promise<readonly string[]> {
    return this.#crash((token) => {
      this.trap.set(commit);
      return this.site.ask(token);
    });
  }

  /** Kills the server before a turn of its conversation with the database arrives. */
  async crashAtTurn(turn: number): Promise<readonly string[]> {
    return this.#crash((token) => {
      this.proxy.count(turn, () => process.kill(this.site.server.pid, 'SIGKILL'));
      return this.site.ask(token);
    });
  }

  async #crash(begin: (token: string) => Promise<void>): Promise<readonly string[]> {
    await this.#ready();
    const before = await this.site.secret();
    const token = randomUUID();
    // It may be killed before it has answered.
    await begin(token).catch(() => {});
    await this.#killed(token);
    this.trap.unset();
    this.proxy.count();
    const journal = await requireWhole(this.site.data, this.site.data);
    await this.site.restart();
    if (this.site.strategy === 'MultiUser') await this.#logsInUntil(this.site.rotated(token));
    else await this.site.rotated(token);
    const after = await this.site.secret();
    assert.notEqual(after.password, before.password);
    await this.site.kind.use(after);
    if (this.site.strategy === 'MultiUser') await this.site.kind.use(before);
    else assert.equal(after.username, before.username);
    const asked = journal.findLastIndex(({ eventName }) => eventName === 'RotateSecret');
    return journal.slice(asked).map(({ eventName }) => eventName);
  }

  /** Waits for the end of the server; where the rotation ends before, by a turn less this time, it is killed then. */
  async #killed(token: string): Promise<void> {
    const ended = (): boolean => this.site.server.hasEnded;
    for (const until = Date.now() + killedWithinMs; Date.now() < until; await sleep(pollMs)) {
      if (ended()) return;
      if (!(await this.#isOver(token))) continue;
      // Its end may be just about to be noticed.
      await sleep(noticedMs);
      return this.site.server.stop('SIGKILL');
    }
    assert.fail('the rotation does not end');
  }

  /** Whether the journal says that a rotation has succeeded. */
  async #isOver(token: string): Promise<boolean> {
    const journal = await requireWhole(this.site.data, this.site.data);
    return journal.some(
      ({ eventName, serviceEventDetails }) =>
        eventName === 'RotationSucceeded' &&
        (serviceEventDetails as { ClientRequestToken: string }).ClientRequestToken === token,
    );
  }

  /** Whatever the secret says while a rotation goes on logs in. */
  async #logsInUntil(rotated: Promise<void>): Promise<void> {
    let isOver = false;
    const over = rotated.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    do await this.site.kind.use(await this.site.secret());
    while (!isOver);
    await over;
  }

  async #ready(): Promise<void> {
    if (!this.#resets) return;
    const { kind, database } = this.site;
    await kind.asAdmin(database.port, ...kind.reset);
    await this.site.put({ ...(await this.site.secret()), username: 'app', password: passwords.app });
    await this.site.unlabel('AWSPENDING');
  }
}

/** More than any rotation has. */
const most = 1_000_000;

const crashSiteOf = async (
  kind: DatabaseKind,
  { strategy, resets }: Row,
  after: (work: () => unknown) => void,
): Promise<CrashSite> => {
  const database = await kind.start();
  after(() => database.stop());
  await kind.asAdmin(database.port, ...kind.setUp);
  const proxy = await new MessageProxy().to(database.port);
  after(() => proxy.close());
  const trap = new CommitTrap();
  after(() => trap.remove());
  const site = await RotatingSite.start(database, kind, strategy, { port: proxy.port, nodeFlags: trap.nodeFlags });
  after(() => site.remove());
  return new CrashSite(site, proxy, trap, resets);
};

/** 1 to `count`; in a short run only some, by their share of the way. */
const points = (count: number, ...some: readonly number[]): number[] =>
  isFull
    ? Array.from({ length: count }, (_, index) => index + 1)
    : some.map((share) => Math.min(count - 1, Math.ceil(count * share)));

/** How far a rotation had come, by what the journal has of it: each step begins with a session of the rotation role. */
const reached = (events: readonly string[]): string => {
  if (events.includes('RotationSucceeded')) return 'over';
  return ['asked', ...steps][events.filter((name) => name === 'AssumeRole').length]!;
};

for (const kind of databaseKinds) {
  describe(`${kind.title}: a server killed at any point of a rotation leaves a secret that logs in`, {
    skip: kind.skip,
  }, () => {
    for (const row of strategies.filter(({ isLong }) => isFull || !isLong)) {
      it(`where ${row.title}`, async (t) => {
        const site = await crashSiteOf(kind, row, (work) => t.after(work));
        // The first one makes what later ones find.
        await site.measure();
        const { commits, turns } = await site.measure();
        const crashes: Record<string, number> = {};
        const note = (events: readonly string[]): void => {
          crashes[reached(events)] = (crashes[reached(events)] ?? 0) + 1;
        };
        for (const commit of points(commits, 1 / 3, 1)) note(await site.crashAfterCommit(commit));
        for (const turn of points(turns, 2 / 3)) note(await site.crashAtTurn(turn));
        t.diagnostic(JSON.stringify({ commits, turns, crashes }));
        if (isFull) assert.deepEqual(Object.keys(crashes), ['asked', ...steps, 'over']);
        assert.ok((crashes.over ?? 0) <= mostAfterItsEnd, 'crashes come too late');
      });
    }
  });
}
