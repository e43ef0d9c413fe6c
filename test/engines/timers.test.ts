import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { schedule } from '../../src/events/timers.ts';
import { openStore } from '../../src/store/open.ts';
import { endsWithTest, unlessEnded } from '../children.ts';
import { noPostgres, PostgresServer } from '../postgres-server.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-timers-'));
const secret = randomBytes(32);
const ttlMs = 900;
let postgres: PostgresServer | undefined;
before(async () => {
  if (!noPostgres) postgres = await PostgresServer.start();
});
after(async () => {
  await postgres?.remove();
  rmSync(root, { recursive: true, force: true });
});

interface Fired {
  readonly id: string;
  readonly by: string;
  readonly token: number;
}

/** Timers fall due all the time while processes that fire them are stopped, go on, are killed and are replaced. */
const ordeal = async (data: string): Promise<{ fired: Fired[]; set: number }> => {
  const store = await openStore({ data, rootKey: createSecretKey(Buffer.from(secret)), shared: true });
  const crew = new Set<ChildProcess>();
  let hired = 0;
  const hire = async (): Promise<ChildProcess> => {
    const args = [
      join(import.meta.dirname, 'timer-child.ts'),
      data,
      `p${++hired}`,
      secret.toString('base64'),
      String(ttlMs),
    ];
    const child = endsWithTest(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
    crew.add(child);
    await unlessEnded(child, once(child.stdout!, 'data'));
    return child;
  };
  const firedSoFar = async (): Promise<Fired[]> => {
    const records = await store.readLog(0, 10_000);
    return records.map(({ text }) => JSON.parse(text) as Fired);
  };
  const set = 180;
  const lastDueMs = 14_000;
  try {
    const names = new Map<string, ChildProcess>();
    for (let n = 0; n < 3; n++) names.set(`p${hired + 1}`, await hire());
    const begin = Date.now();
    await store.transact((tx) => {
      for (let n = 0; n < set; n++) {
        schedule(tx, { kind: 'test.note', id: String(n), dueAt: begin + (lastDueMs * n) / set, payload: {} });
      }
    });
    for (let round = 0; round < 3; round++) {
      await sleep(1200);
      const holder = names.get((await firedSoFar()).at(-1)?.by ?? 'p1')!;
      holder.kill('SIGUSR2');
      await stopped(holder);
      await sleep(ttlMs * 2.5);
      // It wakes up in the belief that it holds the lease, in the middle of a transaction.
      holder.kill(round === 1 ? 'SIGKILL' : 'SIGCONT');
      if (round === 1) names.set(`p${hired + 1}`, await hire());
    }
    for (const until = Date.now() + 30_000; Date.now() < until && (await firedSoFar()).length < set; ) await sleep(200);
    // Whoever would fire one twice has the time to.
    await sleep(ttlMs);
    return { fired: await firedSoFar(), set };
  } finally {
    for (const child of crew) child.kill('SIGKILL');
    await store.close();
  }
};

/** Waits until a process has stopped itself. */
const stopped = async ({ pid }: ChildProcess): Promise<void> => {
  for (const until = Date.now() + 20_000; !/\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')); await sleep(10)) {
    assert.ok(Date.now() < until, 'no timer fired that it could stop in');
  }
};

const requireExactlyOnce = ({ fired, set }: { fired: readonly Fired[]; set: number }): void => {
  assert.deepEqual(
    fired.map(({ id }) => Number(id)).sort((a, b) => a - b),
    Array.from({ length: set }, (_, n) => n),
  );
  for (let at = 1; at < fired.length; at++) {
    const [before, now] = [fired[at - 1]!, fired[at]!];
    assert.ok(now.token >= before.token, 'nobody writes under a token that was superseded');
    assert.equal(now.token === before.token, now.by === before.by, 'each holder has a token of its own');
  }
  assert.ok(new Set(fired.map(({ by }) => by)).size >= 2, 'the lease changed hands');
};

describe('timers that several processes may fire', {
  concurrency: true,
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, () => {
  it('fire exactly once on a shared directory, whoever stops, wakes up and dies', async () => {
    const data = mkdtempSync(join(root, 'shared-'));
    await (await openStore({ data, rootKey: createSecretKey(Buffer.from(secret)) })).close();
    requireExactlyOnce(await ordeal(data));
  });

  it('fire exactly once on PostgreSQL, whoever stops, wakes up and dies', { skip: noPostgres }, async () => {
    requireExactlyOnce(await ordeal(await postgres!.newDatabase()));
  });
});
