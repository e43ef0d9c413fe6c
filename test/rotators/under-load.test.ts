import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { type DatabaseKind, databaseKinds } from './database-kinds.ts';
import { type FailedLogin, Reconnecting } from './reconnecting.ts';
import { RotatingSite, type Strategy } from './rotating-site.ts';

/** As docs/rotation.md has it; without it, as much as fits into a test run. */
const isFull = process.env.BULWARK_ROTATION === 'full';
const rotations = isFull ? 200 : 20;
const clients = 20;

/** One rotation, as those who wait for it see it: `performance.now()`. */
interface Rotation {
  readonly askedAt: number;
  readonly currentAt: number;
}

/** Rotates over and over while clients reconnect. */
const rotateUnderLoad = async (site: RotatingSite) => {
  const { kind } = site;
  const load = new Reconnecting(clients, () => site.secret(), kind.use);
  const done: Rotation[] = [];
  try {
    await load.turn();
    while (done.length < rotations) {
      const token = randomUUID();
      const askedAt = performance.now();
      await site.ask(token);
      await site.rotated(token);
      done.push({ askedAt, currentAt: performance.now() });
      // Days lie between two rotations, not less than a login takes.
      await load.turn();
    }
  } finally {
    await load.stop();
  }
  return { load, done };
};

const rounded = (ms: number): number => Math.round(ms);

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** How long logins failed in each rotation: from the first refusal to the last one. */
const windowsOf = (failed: readonly FailedLogin[], done: readonly Rotation[]): number[] =>
  done.flatMap(({ askedAt }, index) => {
    const until = done[index + 1]?.askedAt ?? Number.POSITIVE_INFINITY;
    const times = failed.filter(({ failedAt }) => failedAt >= askedAt && failedAt < until);
    return times.length === 0 ? [] : [times.at(-1)!.failedAt - times[0]!.failedAt];
  });

const siteOf = async (kind: DatabaseKind, strategy: Strategy, after: (work: () => unknown) => void) => {
  const database = await kind.start();
  after(() => database.stop());
  await kind.asAdmin(database.port, ...kind.setUp);
  const site = await RotatingSite.start(database, kind, strategy);
  after(() => site.remove());
  return site;
};

for (const kind of databaseKinds) {
  describe(`${kind.title}, rotated ${rotations} times while ${clients} clients reconnect`, { skip: kind.skip }, () => {
    it('refuses no login where two users alternate', async (t) => {
      const site = await siteOf(kind, 'MultiUser', (work) => t.after(work));
      const { load, done } = await rotateUnderLoad(site);
      const took = done.map(({ askedAt, currentAt }) => currentAt - askedAt);
      t.diagnostic(
        JSON.stringify({ logins: load.logins, failed: load.failed.length, medianMs: rounded(quantile(took, 0.5)) }),
      );
      assert.deepEqual(load.failed, []);
      assert.ok(load.logins > rotations * clients);
      // Whoever has not read it again since.
      await kind.use(await site.secret('AWSPREVIOUS'));
    });

    it('refuses logins of a single user between the change of its password and that of the secret, and no others', async (t) => {
      const site = await siteOf(kind, 'SingleUser', (work) => t.after(work));
      const { load, done } = await rotateUnderLoad(site);
      const windows = windowsOf(load.failed, done);
      const took = done.map(({ askedAt, currentAt }) => currentAt - askedAt);
      t.diagnostic(
        JSON.stringify({
          logins: load.logins,
          failed: load.failed.length,
          medianMs: rounded(quantile(took, 0.5)),
          rotationsWithRefusals: windows.length,
          windowMs: [0.5, 0.95, 1].map((share) => rounded(quantile(windows, share))),
        }),
      );
      const inWindow = ({ readAt, failedAt }: FailedLogin): boolean =>
        done.some(({ askedAt, currentAt }) => readAt < currentAt && failedAt > askedAt);
      const strays = load.failed.filter((login) => !inWindow(login) || !kind.isRefusal(login.error));
      assert.deepEqual(strays, []);
      await kind.use(await site.secret());
    });
  });
}
